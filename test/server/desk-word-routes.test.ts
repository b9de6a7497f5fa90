import { expect, test } from 'vitest'
import { z } from 'zod'
import { answer } from '../../server/answer/answer-schema.ts'
import { openWords } from '../support/serve-words.ts'

const FILES = {
  'army/forces.txt': 'The Popular Mobilization Forces (PMF) resist in June. Nobody else does.',
  'trade/council.txt': 'The Gulf Cooperation Council (GCC) met in Rome.',
}
/** A key of the settings, which may not use the desk. */
const KEY = 'a-key-of-the-settings'

const PMF = { forms: ['PMF', 'Popular Mobilization Forces'] }

const list = z.object({
  accepted: z.array(z.object({ id: z.string(), forms: z.array(z.string()), by: z.string() })),
  rejected: z.array(z.object({ forms: z.array(z.string()) })),
  proposals: z.array(z.object({ short: z.string() })),
})

/** An app with a key for the desk for those who see these collections (null: all), and for questions. */
async function openDesk() {
  const { app, service } = await openWords({ apiKeys: [KEY] }, { files: FILES })
  const send = (token: string, method: string, path: string, body?: unknown) =>
    app.request(`http://127.0.0.1${path}`, {
      method,
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
  const tokenFor = async (may: 'ask' | 'desk', collections: readonly string[] | null) => {
    const { token } = await service.keys.create({
      name: 'Ann',
      may: [may],
      collections,
      expiresAtMs: null,
    })
    return token
  }
  const deskOf = async (collections: readonly string[] | null) => {
    const token = await tokenFor('desk', collections)
    const sendWords = (method: string, path = '', body?: unknown) =>
      send(token, method, `/desk/api/words${path}`, body)
    return {
      send: sendWords,
      list: async () => list.parse(await (await sendWords('GET')).json()),
    }
  }
  const ask = async (question: string, collections: readonly string[] | null = null) => {
    const token = await tokenFor('ask', collections)
    const response = await send(token, 'POST', '/ask', { question, explain: true })
    return answer.parse(await response.json())
  }
  return { deskOf, ask, send }
}

test('a proposal has the place where it is defined, and is proposed no more once it is accepted or rejected', async () => {
  const { deskOf } = await openDesk()
  const desk = await deskOf(null)
  const listed: unknown = await (await desk.send('GET')).json()
  expect(listed).toMatchObject({
    accepted: [],
    rejected: [],
    proposals: [
      { short: 'GCC' },
      {
        short: 'PMF',
        expansions: [
          {
            long: 'Popular Mobilization Forces',
            times: 1,
            places: [
              {
                documentId: 'army-forces',
                text: 'Popular Mobilization Forces (PMF)',
                url: '/documents/army-forces?start=4&end=37',
              },
            ],
          },
        ],
      },
    ],
    moreProposals: 0,
  })
  expect((await desk.send('POST', '', PMF)).status).toBe(200)
  const gcc = { forms: ['GCC', 'Gulf Cooperation Council'], state: 'rejected' }
  expect((await desk.send('POST', '', gcc)).status).toBe(200)
  expect(await desk.list()).toMatchObject({
    accepted: [{ ...PMF, by: 'Ann' }],
    rejected: [{ forms: gcc.forms }],
    proposals: [],
  })
})

test('an accepted word is searched for from the next question on, and no more once it is removed', async () => {
  const { deskOf, ask } = await openDesk()
  const desk = await deskOf(null)
  const question = 'Where did GCC members meet?'
  const before = await ask(question)
  expect(before.explanation?.equalForms).toEqual([])
  await desk.send('POST', '', { forms: ['GCC', 'Gulf Cooperation Council'] })
  const after = await ask(question)
  expect(after.interpretedAs).toBe(question)
  expect(after.explanation?.equalForms).toEqual([
    { asked: 'GCC', others: ['Gulf Cooperation Council'] },
  ])
  const [word] = (await desk.list()).accepted
  expect((await desk.send('DELETE', `/${word?.id}`)).status).toBe(204)
  expect(await ask(question)).toMatchObject({ explanation: before.explanation })
  expect((await desk.send('DELETE', `/${word?.id}`)).status).toBe(404)
})

test('whoever is limited to collections sees and changes the words of these alone', async () => {
  const { deskOf } = await openDesk()
  const [all, army] = await Promise.all([deskOf(null), deskOf(['army'])])
  expect((await army.list()).proposals).toMatchObject([{ short: 'PMF' }])
  await all.send('POST', '', { forms: ['GCC', 'Gulf Cooperation Council'] })
  await army.send('POST', '', PMF)
  expect((await army.list()).accepted).toMatchObject([PMF])
  const { accepted } = await all.list()
  expect(accepted).toHaveLength(2)
  expect((await army.send('DELETE', `/${accepted[0]?.id}`)).status).toBe(404)
  const others = await army.send('POST', '', { ...PMF, collections: ['army', 'trade'] })
  expect(others.status).toBe(400)
  expect((await all.send('DELETE', `/${accepted[1]?.id}`)).status).toBe(204)
})

test('a word of a desk that is limited counts for those who see the same, and no others', async () => {
  const { deskOf, ask } = await openDesk()
  const army = await deskOf(['army'])
  await army.send('POST', '', { forms: ['XQ', 'Nobody'] })
  const formsFor = async (collections: readonly string[] | null) =>
    (await ask('What does XQ do?', collections)).explanation?.equalForms
  const found = [{ asked: 'XQ', others: ['Nobody'] }]
  expect(await formsFor(null)).toEqual(found)
  expect(await formsFor(['army'])).toEqual(found)
  expect(await formsFor(['army', 'trade'])).toEqual(found)
  expect(await formsFor(['trade'])).toEqual([])
})

test('only a key for the desk reads and changes words', async () => {
  const { send } = await openDesk()
  for (const method of ['GET', 'POST']) {
    const body = method === 'POST' ? PMF : undefined
    expect((await send(KEY, method, '/desk/api/words', body)).status).toBe(403)
  }
})

test.each([
  { forms: ['PMF'] },
  { forms: ['PMF', 'PMF'] },
  { forms: ['PMF', ' '] },
  { forms: ['it', 'information technology'] },
  { forms: ['PMF', 'x'.repeat(201)] },
  { ...PMF, state: 'proposed' },
  { ...PMF, by: 'Bob' },
  { ...PMF, collections: [] },
])('a word that is not valid is refused: %o', async (body) => {
  const { deskOf } = await openDesk()
  const response = await (await deskOf(null)).send('POST', '', body)
  expect(response.status).toBe(400)
})
