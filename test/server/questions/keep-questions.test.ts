import { expect, test } from 'vitest'
import { answer } from '../../../server/answer/answer-schema.ts'
import type { AskRequest } from '../../../server/conversation/converse.ts'
import type { Questions } from '../../../server/questions/questions.ts'
import type { KeptQuestion } from '../../../server/state/state.ts'
import { collect } from '../../support/collect.ts'
import { openWords } from '../../support/serve-words.ts'
import { temporaryFolder } from '../../support/temporary.ts'
import { wordVectors } from '../../support/word-vectors.ts'

const ALL = { within: null, kind: 'all', fromMs: null, toMs: null, text: '' } as const
const CATS = 'Cats sleep all day. They hunt at night.'
const PAGE = { sort: 'times', limit: 10, offset: 0, group: null } as const

function request(question: string, given: Partial<AskRequest> = {}): AskRequest {
  return { question, documentIds: null, maxQuotes: 3, conversationId: null, ...given }
}

/** What is kept of the questions that were asked. */
async function keptIn(questions: Questions | null): Promise<KeptQuestion[]> {
  return questions ? collect(questions.all(ALL)) : []
}

async function openKeeping() {
  const { service, app } = await openWords({}, { settings: { KEEP_QUESTIONS: '30d' } })
  const { questions } = service
  if (!questions) throw new Error('no questions are kept')
  return { service, app, questions }
}

test('a question is kept with its reading and what was found, and counted each time', async () => {
  const { service, questions } = await openKeeping()
  await service.ask(request('When do cats sleep?'))
  await service.ask(request('when do CATS sleep?'))
  await service.ask(request('Who pays the tax?'))
  const [cats, tax] = await keptIn(questions)
  expect(cats).toMatchObject({
    question: 'when do CATS sleep?',
    answered: true,
    times: 2,
    found: [{ documentId: 'cats', title: 'cats', start: 0, end: 39, text: CATS }],
  })
  expect(tax).toMatchObject({ question: 'Who pays the tax?', answered: false, times: 1 })
})

test('a follow-up question is kept as it was read', async () => {
  const { service, questions } = await openKeeping()
  const { conversationId } = await service.ask(request('When do cats sleep?'))
  const { interpretedAs } = await service.ask(
    request('And where do they hunt?', { conversationId }),
  )
  expect(interpretedAs).not.toBe('And where do they hunt?')
  expect((await keptIn(questions)).at(-1)).toMatchObject({
    question: 'And where do they hunt?',
    interpretedAs,
  })
})

test('neither small talk nor "more" is a question', async () => {
  const { service, questions } = await openKeeping()
  const { conversationId } = await service.ask(request('When do cats sleep?'))
  await service.ask(request('Thanks!', { conversationId }))
  await service.ask(request('more', { conversationId }))
  expect(await keptIn(questions)).toMatchObject([{ times: 1, answered: true }])
})

test('a private question is not kept; one whose turn is not stored is', async () => {
  const { service, questions } = await openKeeping()
  await service.ask(request('When do cats sleep?', { keep: false }))
  await service.ask(request('When do cats hunt?', { keep: false, isPrivate: true }))
  expect(await keptIn(questions)).toMatchObject([{ question: 'When do cats sleep?' }])
})

test.each([
  [{}, 1],
  [{ store: true }, 1],
  [{ store: false }, 0],
])('a client of /v1 that sends %j gets a question kept %i times', async (fields, times) => {
  const { app, questions } = await openKeeping()
  const response = await app.request('http://127.0.0.1/v1/responses', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ model: 'footnote', input: 'When do cats sleep?', ...fields }),
  })
  expect(response.status).toBe(200)
  expect(await keptIn(questions)).toHaveLength(times)
})

test('a cached answer embeds nothing again', async () => {
  const inference = wordVectors()
  const { service } = await openWords({}, { settings: { KEEP_QUESTIONS: '30d' }, inference })
  await service.ask(request('When do cats sleep?'))
  await keptIn(service.questions)
  const { embedded } = inference
  await service.ask(request('When do cats sleep?'))
  expect(await keptIn(service.questions)).toMatchObject([{ times: 2 }])
  expect(inference.embedded).toBe(embedded)
})

test('alike questions are one group, named by the one that is most like all of them', async () => {
  const { service, questions } = await openKeeping()
  await service.ask(request('When do cats sleep in winter months or summer today?'))
  await service.ask(request('Who pays the tax on owls?'))
  await service.ask(request('When do all cats sleep in winter months or summer?'))
  await service.ask(request('When do cats sleep in winter months or summer?'))
  const { groups, ...totals } = await questions.groups(ALL, PAGE)
  expect(totals).toEqual({ totalGroups: 2, totalQuestions: 4 })
  const [cats, owls] = groups
  expect(cats).toMatchObject({ questions: 3, times: 3 })
  expect(cats?.name).toBe('When do cats sleep in winter months or summer?')
  expect(cats?.members.map(({ question }) => question)).toHaveLength(3)
  expect(owls).toMatchObject({ name: 'Who pays the tax on owls?', questions: 1 })
})

test('a group tells nothing of questions that somebody must not see', async () => {
  const { service, questions } = await openKeeping()
  const months = 'When do cats sleep in winter months or summer?'
  const hidden = 'When do cats sleep in winter months or summer today?'
  const others = 'When do all cats sleep in winter months or summer?'
  await service.ask(request(hidden))
  await questions.groups(ALL, PAGE)
  await service.within(['open']).ask(request(months))
  await questions.groups(ALL, PAGE)
  await service.ask(request(others))
  const { groups } = await questions.groups(ALL, PAGE)
  const grouped = groups.map(({ members }) => members.map(({ question }) => question))
  expect(grouped).toEqual([expect.arrayContaining([months, others]), [hidden]])
  const ofOpen = await questions.groups({ ...ALL, within: ['open'] }, PAGE)
  expect(ofOpen.groups).toMatchObject([{ name: months, group: ofOpen.groups[0]?.members[0]?.id }])
})

test('feedback counts for the question, and replaces feedback on the same reply', async () => {
  const { service, app, questions } = await openKeeping()
  const asked = await app.request('http://127.0.0.1/ask?question=When+do+cats+sleep')
  const { conversationId } = answer.parse(await asked.json())
  await service.ask(request('When do cats sleep'))
  for (const helpful of [true, false]) {
    const response = await app.request('http://127.0.0.1/feedback', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ conversationId, question: 'When do cats sleep', helpful }),
    })
    expect(response.status).toBe(204)
  }
  const { groups } = await questions.groups({ ...ALL, kind: 'disliked' }, PAGE)
  expect(groups).toMatchObject([{ members: [{ times: 2, helped: 0, didNotHelp: 1 }] }])
})

test('nothing is kept where the settings do not say so, and what was kept is removed', async () => {
  const indexDir = await temporaryFolder()
  const keeping = await openWords({}, { settings: { KEEP_QUESTIONS: '30d' }, indexDir })
  await keeping.service.ask(request('When do cats sleep?'))
  expect(await keptIn(keeping.service.questions)).toHaveLength(1)
  const off = await openWords({}, { indexDir })
  await off.service.ask(request('When do cats hunt?'))
  expect(off.service.questions).toBeNull()
  expect(await keptIn(keeping.service.questions)).toEqual([])
})

test('a question is kept when Footnote ends', async () => {
  const indexDir = await temporaryFolder()
  const before = await openWords({}, { settings: { KEEP_QUESTIONS: '30d' }, indexDir })
  await before.service.ask(request('When do cats sleep?'))
  await before.close()
  const { service } = await openWords({}, { settings: { KEEP_QUESTIONS: '30d' }, indexDir })
  expect(await keptIn(service.questions)).toMatchObject([{ question: 'When do cats sleep?' }])
})

test('a forgotten question is gone, and its group takes up no other question', async () => {
  const { service, questions } = await openKeeping()
  await service.ask(request('When do cats sleep?'))
  const [first] = await keptIn(questions)
  expect(await questions.forget({ id: first?.id ?? 0 }, null)).toBe(1)
  expect(await keptIn(questions)).toEqual([])
  await service.ask(request('When do cats sleep?'))
  const [again] = await keptIn(questions)
  expect(again?.times).toBe(1)
  expect(again?.group).toBe(again?.id)
})
