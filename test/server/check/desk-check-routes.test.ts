import { expect, test, vi } from 'vitest'
import { z } from 'zod'
import { answer } from '../../../server/answer/answer-schema.ts'
import { gate, heldModels } from '../../support/held-models.ts'
import { openWords, type WordsOptions } from '../../support/serve-words.ts'
import { build } from '../../support/project.ts'
import { temporaryFolder, writeFiles } from '../../support/temporary.ts'
import { wordVectors } from '../../support/word-vectors.ts'

const FILES = {
  'laws/tax.txt':
    'The tax on owls is 5 coins. Everybody pays the tax in May.\n\nBadgers pay nothing.',
  'other.txt': 'Foxes hunt hens on the farm.\n\nEverybody pays the tax in May.',
}

const place = z.object({ documentId: z.string(), text: z.string() })
const result = z.object({
  question: z.string(),
  outcome: z.string(),
  rank: z.int().nullable(),
  confidence: z.number(),
  first: place.nullable(),
  lostQuotes: z.int(),
})
const questions = z.object({
  questions: z.array(
    z.object({ id: z.string(), question: z.string(), quotes: z.array(place), by: z.string() }),
  ),
})
const runs = z.object({
  progress: z.object({ done: z.int(), total: z.int(), problem: z.string().nullable() }).nullable(),
  runs: z.array(
    z.object({ id: z.string(), threshold: z.number(), sums: z.record(z.string(), z.int()) }),
  ),
})
const compared = z.object({
  results: z.array(result),
  changes: z.array(z.object({ change: z.string(), result })),
})
const imported = z.object({
  taken: z.int(),
  problems: z.array(z.object({ line: z.int().nullable(), problem: z.string() })),
})

/** The desk of those who see these collections. */
async function openChecks(given: WordsOptions = {}) {
  const indexDir = await temporaryFolder()
  const options = { files: FILES, settings: { MIN_CONFIDENCE: '' }, indexDir, ...given }
  const { app, service, documents } = await openWords({}, options)
  const sender = async (may: 'ask' | 'desk', collections: readonly string[] | null) => {
    const key = { name: 'Ann', may: [may], collections, expiresAtMs: null }
    const { token } = await service.keys.create(key)
    return (method: string, path: string, body?: unknown) =>
      app.request(`http://127.0.0.1${path}`, {
        method,
        headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
  }
  const deskOf = async (collections: readonly string[] | null) => {
    const sent = await sender('desk', collections)
    const send = (method: string, path: string, body?: unknown) =>
      sent(method, `/desk/api/check${path}`, body)
    const read = async <T>(schema: z.ZodType<T>, path: string) => {
      return schema.parse(await (await send('GET', path)).json())
    }
    const take = async (text: string) => {
      const response = await send('POST', '/questions/import', { text })
      return imported.parse(await response.json())
    }
    const run = async () => {
      const begun = await send('POST', '/runs')
      expect(begun.status).toBe(202)
      await vi.waitFor(async () => expect((await read(runs, '/runs')).progress).toBeNull(), 20_000)
      const [latest] = (await read(runs, '/runs')).runs
      return { ...(await read(compared, `/runs/${latest?.id}`)), latest }
    }
    return { send, read, take, run }
  }
  return { deskOf, sender, service, documents, indexDir }
}

const lines = (...entries: readonly object[]) => {
  return entries.map((entry) => JSON.stringify(entry)).join('\n')
}

test('the lines of a file are taken, and those that cannot be used are told with why', async () => {
  const { deskOf } = await openChecks()
  const desk = await deskOf(null)
  const { taken, problems } = await desk.take(
    lines(
      { question: 'What is the tax on owls?', quotes: ['the TAX on owls is 5  coins'] },
      { question: 'Who pays?', quotes: [{ text: 'Everybody pays the tax in May.' }] },
      { question: 'Who hunts?', quotes: [{ text: 'Foxes hunt hens', documentId: 'other' }] },
      {
        question: 'Who hunts hens?',
        quotes: [{ text: 'Foxes hunt hens', documentId: 'laws-tax' }],
      },
      { question: 'Who pays nothing?', quotes: ['Everybody pays the fee in May.'] },
      { question: 'What of zebras?', quotes: [{ text: 'x', documentId: 'zebras' }] },
      { question: 'Do yaks sing?' },
      { question: '' },
    ) + '\nnothing',
  )
  expect(taken).toBe(4)
  expect(problems.map(({ line }) => line)).toEqual([4, 5, 6, 8, 9])
  expect(problems.map(({ problem }) => problem)).toMatchObject([
    'The quote is not in the document “laws-tax”.',
    'The quote is in no document word for word; the nearest is “Everybody pays the tax in May.”.',
    'The quote is of the document “zebras”, which is not there.',
    expect.stringMatching(/“question” is not valid/),
    'The line is not valid JSON.',
  ])
  const kept = await desk.read(questions, '/questions')
  expect(
    kept.questions.map(({ question, quotes }) => [question, quotes.map(({ text }) => text)]),
  ).toEqual([
    ['What is the tax on owls?', ['The tax on owls is 5 coins']],
    ['Who pays?', ['Everybody pays the tax in May', 'Everybody pays the tax in May']],
    ['Who hunts?', ['Foxes hunt hens']],
    ['Do yaks sing?', []],
  ])
})

test('a file may be CSV or a JSON array, and its questions replace those with the same words', async () => {
  const { deskOf } = await openChecks()
  const desk = await deskOf(null)
  const csv = [
    'question,documentId,quote',
    '"Who pays, and when?",laws-tax,Everybody pays the tax in May.',
    '"Who pays, and when?",laws-tax,Badgers pay nothing.',
    'Do yaks sing?,,',
  ].join('\r\n')
  expect(await desk.take(csv)).toEqual({ taken: 2, problems: [] })
  const array = JSON.stringify([{ question: 'Do  yaks sing?', quotes: ['Foxes hunt hens'] }])
  expect(await desk.take(array)).toEqual({ taken: 1, problems: [] })
  const { questions: kept } = await desk.read(questions, '/questions')
  expect(kept.map(({ quotes }) => quotes.length)).toEqual([2, 1])
  expect((await desk.take('who,what\nyaks,sing')).problems).toHaveLength(1)
  expect((await desk.take('question,quote\n"yaks')).problems).toHaveLength(1)
  expect((await desk.take('[')).problems).toHaveLength(1)
  expect((await desk.take('')).problems).toHaveLength(1)
})

test('a run tells what came, and the next one what changed', async () => {
  const { deskOf, service } = await openChecks()
  const desk = await deskOf(null)
  expect((await desk.send('POST', '/runs')).status).toBe(409)
  await desk.take(
    lines(
      { question: 'What is the tax on owls?', quotes: ['The tax on owls is 5 coins.'] },
      { question: 'Who pays the tax?', quotes: ['Badgers pay nothing.'] },
      { question: 'Do yaks sing?' },
      { question: 'Who hunts hens on the farm?' },
    ),
  )
  const first = await desk.run()
  expect(first.results.map(({ outcome }) => outcome)).toEqual([
    'right',
    'wrong',
    'rightly-refused',
    'wrongly-answered',
  ])
  expect(first.results[0]).toMatchObject({ rank: 1, first: { documentId: 'laws-tax' } })
  expect(first.latest?.sums).toMatchObject({ answerable: 2, right: 1, rightFirst: 1, wrong: 1 })
  expect(first.changes.map(({ change }) => change)).toEqual(['new', 'new', 'new', 'new'])
  await desk.take(
    lines(
      { question: 'Who pays the tax?', quotes: ['Everybody pays the tax in May.'] },
      { question: 'What is the tax on owls?', quotes: ['Foxes hunt hens on the farm.'] },
    ),
  )
  const second = await desk.run()
  expect(second.changes.map(({ change, result: { question } }) => [change, question])).toEqual([
    ['worse', 'What is the tax on owls?'],
    ['better', 'Who pays the tax?'],
  ])
  expect((await desk.read(runs, '/runs')).runs).toHaveLength(2)
  // Nobody asked these questions.
  expect(await service.conversations.unanswered()).toEqual([])
})

test('those who are limited to collections see their own questions and runs, asked of these alone', async () => {
  const { deskOf } = await openChecks()
  const [everybody, ofLaws, ofOthers] = [
    await deskOf(null),
    await deskOf(['laws']),
    await deskOf(['elsewhere']),
  ]
  await everybody.take(lines({ question: 'Who hunts hens?', quotes: ['Foxes hunt hens'] }))
  const { taken, problems } = await ofLaws.take(
    lines({ question: 'Who hunts?', quotes: ['Foxes hunt hens'] }, { question: 'Who hunts hens?' }),
  )
  expect([taken, problems]).toEqual([1, [{ line: 1, problem: 'The quote is in no document.' }]])
  const run = await ofLaws.run()
  expect(run.results).toMatchObject([{ question: 'Who hunts hens?', outcome: 'rightly-refused' }])
  // In its own scope, also where somebody who sees all runs it.
  const whole = await everybody.run()
  expect(whole.results.map(({ outcome }) => outcome)).toEqual(['right', 'rightly-refused'])
  expect(await ofOthers.read(questions, '/questions')).toEqual({ questions: [] })
  expect((await ofOthers.read(runs, '/runs')).runs).toEqual([])
  expect((await ofLaws.send('GET', `/runs/${whole.latest?.id}`)).status).toBe(404)
  const [own] = (await ofLaws.read(questions, '/questions')).questions
  expect((await ofOthers.send('DELETE', `/questions/${own?.id}`)).status).toBe(404)
  expect((await ofLaws.send('DELETE', `/questions/${own?.id}`)).status).toBe(204)
  expect((await ofLaws.send('PUT', '/threshold', { value: 0.5 })).status).toBe(403)
  expect((await ofLaws.send('DELETE', '/threshold')).status).toBe(403)
})

test('a question is added with places of documents, and each change is in the log', async () => {
  const { deskOf, sender } = await openChecks()
  const desk = await deskOf(null)
  const question = 'What is the tax?'
  const add = (start: number, end: number, documentId = 'laws-tax') =>
    desk.send('POST', '/questions', { question, quotes: [{ documentId, start, end }] })
  expect((await add(0, 27)).status).toBe(200)
  expect((await add(0, 27, 'nowhere')).status).toBe(404)
  expect((await add(9000, 9001)).status).toBe(404)
  const [kept] = (await desk.read(questions, '/questions')).questions
  expect(kept?.quotes.map(({ text }) => text)).toEqual(['The tax on owls is 5 coins.'])
  await desk.send('DELETE', `/questions/${kept?.id}`)
  const log = await (await sender('desk', null))('GET', '/desk/api/log')
  expect(await log.json()).toMatchObject({
    entries: [
      { by: 'Ann', action: 'check.removed', subject: question },
      { by: 'Ann', action: 'check.added', subject: question },
    ],
  })
})

test('an expected quote is given if more than half of it is, or if another document says the same', async () => {
  const { deskOf } = await openChecks()
  const desk = await deskOf(null)
  const hunting = 'Who hunts hens on the farm?'
  // The quote that is given has the first 28 characters.
  for (const [question, end] of [
    [hunting, 55],
    [`${hunting} Foxes?`, 57],
  ] as const) {
    const quotes = [{ documentId: 'other', start: 0, end }]
    expect((await desk.send('POST', '/questions', { question, quotes })).status).toBe(200)
  }
  const paying = 'Everybody pays the tax in May.'
  for (const documentId of ['other', 'laws-tax']) {
    await desk.take(
      lines({
        question: `Who pays the tax in May? (${documentId})`,
        quotes: [{ text: paying, documentId }],
      }),
    )
  }
  const { results } = await desk.run()
  expect(results.map(({ outcome }) => outcome)).toEqual(['right', 'wrong', 'right', 'right'])
})

test('a quote is expected where it stands now, and one that stands no longer is told', async () => {
  const { deskOf, documents, indexDir } = await openChecks()
  const desk = await deskOf(null)
  await desk.take(
    lines(
      { question: 'What is the tax on owls?', quotes: ['The tax on owls is 5 coins.'] },
      { question: 'Who pays nothing?', quotes: ['Badgers pay nothing.'] },
    ),
  )
  const changed = 'Since 1900: The tax on owls is 5 coins. Everybody pays the tax in May.'
  await writeFiles(documents, { 'laws/tax.txt': changed })
  await build(documents, indexDir, wordVectors())
  await vi.waitFor(async () => {
    const { results } = await desk.run()
    expect(results).toMatchObject([
      { outcome: 'right', lostQuotes: 0, first: { documentId: 'laws-tax' } },
      { lostQuotes: 1 },
    ])
  }, 20_000)
})

test('a question that takes too long again and again has failed, and the run goes on', async () => {
  const queue = { timeLimitMs: 20 }
  const { deskOf } = await openChecks({ inference: heldModels(gate()), queue })
  const desk = await deskOf(null)
  await desk.take(lines({ question: 'Who hunts hens?' }, { question: 'hello' }))
  const { results, latest } = await desk.run()
  expect(results.map(({ outcome }) => outcome)).toEqual(['failed', 'rightly-refused'])
  expect(latest?.sums).toMatchObject({ failed: 1, rightlyRefused: 1 })
})

test('vouched questions are taken with their quotes, and asked without the vouched answer', async () => {
  const { deskOf, sender } = await openChecks()
  const send = await sender('desk', null)
  const vouch = (question: string, start: number, end: number) =>
    send('POST', '/desk/api/vouched', {
      question,
      quotes: [{ documentId: 'laws-tax', start, end }],
    })
  const question = 'Who hunts hens on the farm?'
  expect((await vouch(question, 0, 27)).status).toBe(201)
  const asked = await (await sender('ask', null))('POST', '/ask', { question })
  expect(answer.parse(await asked.json()).quotes[0]?.text).toBe('The tax on owls is 5 coins.')
  const [everybody, ofOthers] = [await deskOf(null), await deskOf(['elsewhere'])]
  const take = async (desk: typeof everybody) =>
    imported.parse(await (await desk.send('POST', '/questions/vouched')).json())
  expect(await take(ofOthers)).toEqual({ taken: 0, problems: [] })
  expect(await take(everybody)).toEqual({ taken: 1, problems: [] })
  expect((await everybody.run()).results).toMatchObject([
    { question, outcome: 'wrong', first: { documentId: 'other' } },
  ])
})

test('a run shows how far it is, excludes another one, and is cancelled', async () => {
  const held = gate()
  const { deskOf } = await openChecks({ inference: heldModels(held) })
  const [desk, ofLaws] = [await deskOf(null), await deskOf(['laws'])]
  await desk.take(lines({ question: 'Who hunts hens?' }, { question: 'Who pays the tax?' }))
  await ofLaws.take(lines({ question: 'Who pays the tax?' }))
  expect((await desk.send('POST', '/runs')).status).toBe(202)
  expect((await desk.read(runs, '/runs')).progress).toMatchObject({ done: 0, total: 3 })
  for (const other of [desk, ofLaws]) expect((await other.send('POST', '/runs')).status).toBe(409)
  // Others do not see it, and do not cancel it.
  expect((await ofLaws.read(runs, '/runs')).progress).toBeNull()
  expect((await ofLaws.send('DELETE', '/runs/current')).status).toBe(404)
  expect((await desk.send('DELETE', '/runs/current')).status).toBe(204)
  expect((await desk.send('DELETE', '/runs/current')).status).toBe(404)
  expect(await desk.read(runs, '/runs')).toEqual({ progress: null, runs: [] })
  held.open()
  expect((await desk.run()).results).toHaveLength(3)
})

test('a run that fails says why, and the next one may be started', async () => {
  const words = wordVectors()
  let isBroken = true
  const inference = {
    ...words,
    score: async (...given: Parameters<typeof words.score>) => {
      if (isBroken) throw new Error('secret')
      return words.score(...given)
    },
  }
  const { deskOf } = await openChecks({ inference })
  const desk = await deskOf(null)
  await desk.take(lines({ question: 'Who hunts hens?' }))
  expect((await desk.send('POST', '/runs')).status).toBe(202)
  await vi.waitFor(async () => {
    expect((await desk.read(runs, '/runs')).progress?.problem).toBe(
      'Something went wrong. The log of this server says more.',
    )
  })
  isBroken = false
  expect((await desk.run()).results).toHaveLength(1)
})

const threshold = z.object({
  value: z.number(),
  from: z.string(),
  by: z.string().nullable(),
  mayChange: z.boolean(),
  refit: z
    .object({
      questions: z.int(),
      areFew: z.boolean(),
      proposed: z.object({ threshold: z.number(), cost: z.number() }),
      inUse: z.object({ cost: z.number() }),
      outcomes: z.array(z.object({ threshold: z.number() })),
    })
    .nullable(),
})

test('a threshold that fits the questions is proposed, counts at once for answers that are cached, and is taken back', async () => {
  const { deskOf, sender } = await openChecks()
  const desk = await deskOf(null)
  const ask = await sender('ask', null)
  const isAnswered = async () => {
    const response = await ask('POST', '/ask', { question: 'Who hunts hens on the farm?' })
    return answer.parse(await response.json()).answered
  }
  expect(await desk.read(threshold, '/threshold')).toMatchObject({
    value: 0.155,
    from: 'default',
    mayChange: true,
    refit: null,
  })
  expect(await isAnswered()).toBe(true)
  await desk.take(
    lines(
      { question: 'Who hunts hens on the farm?' },
      { question: 'What is the tax on owls?', quotes: ['The tax on owls is 5 coins.'] },
    ),
  )
  await desk.run()
  const { refit } = await desk.read(threshold, '/threshold?refusalCost=0.2')
  expect(refit).toMatchObject({ questions: 2, areFew: true })
  expect((await desk.send('GET', '/threshold?refusalCost=0')).status).toBe(400)
  expect((await desk.send('PUT', '/threshold', { value: 2 })).status).toBe(400)
  expect((await desk.send('PUT', '/threshold', { value: 1 })).status).toBe(204)
  expect(await desk.read(threshold, '/threshold')).toMatchObject({
    value: 1,
    from: 'desk',
    by: 'Ann',
  })
  expect(await isAnswered()).toBe(false)
  expect((await desk.send('DELETE', '/threshold')).status).toBe(204)
  expect(await isAnswered()).toBe(true)
})

test('a threshold of the settings stays', async () => {
  const { deskOf } = await openChecks({ settings: { MIN_CONFIDENCE: '0.5' } })
  const desk = await deskOf(null)
  expect(await desk.read(threshold, '/threshold')).toMatchObject({
    value: 0.5,
    from: 'settings',
    mayChange: false,
  })
  const response = await desk.send('PUT', '/threshold', { value: 0.3 })
  expect(response.status).toBe(409)
  expect(await response.json()).toMatchObject({ detail: expect.stringContaining('MIN_CONFIDENCE') })
})
