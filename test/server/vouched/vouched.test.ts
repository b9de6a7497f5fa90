import { createLog } from '../../../server/log.ts'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { answer } from '../../../server/answer/answer-schema.ts'
import { deskVouchedRoutes } from '../../../server/http/desk-vouched-routes.ts'
import { errorHandler } from '../../../server/http/error-handler.ts'
import { createRouter } from '../../../server/http/router.ts'
import { build } from '../../support/project.ts'
import { openWords } from '../../support/serve-words.ts'
import { temporaryFolder, writeFiles } from '../../support/temporary.ts'
import { wordVectors } from '../../support/word-vectors.ts'

const DOGS = 'Dogs need food twice a day. They bark at night.'
const FILES = { 'pets/dogs.txt': DOGS, 'farm/cows.txt': 'Cows eat grass, and dogs guard them.' }
const QUESTION = 'How often do dogs need food?'
const BARK = { documentId: 'pets-dogs', start: 28, end: 47 }

const vouched = z.object({
  id: z.string(),
  question: z.string(),
  by: z.string(),
  state: z.string(),
  quotes: z.array(
    z.object({ title: z.string(), start: z.number(), end: z.number(), text: z.string() }),
  ),
})
const list = z.object({ answers: z.array(vouched), threshold: z.number() })
const foundQuotes = answer.omit({ conversationId: true })
const openDocument = z.object({
  text: z.string(),
  paragraphs: z.array(z.object({ start: z.number(), end: z.number() })),
})

/** The desk for callers that see these collections (null: all), and what people get who ask. */
async function openDesk(indexDir?: string, files: Readonly<Record<string, string>> = FILES) {
  const settings = { KEEP_QUESTIONS: '30d' }
  const given = { files, settings, ...(indexDir !== undefined && { indexDir }) }
  const { app, service } = await openWords({}, given)
  const deskOf = (collections: readonly string[] | null) => {
    const router = createRouter()
    router.onError(errorHandler(createLog('silent')))
    router.use(async (c, next) => {
      c.set('caller', { id: '1', name: 'Ada', may: new Set(['desk'] as const), collections })
      await next()
    })
    router.route(
      '/vouched',
      deskVouchedRoutes(() => service),
    )
    const send = (method: string, path = '', body?: unknown) =>
      router.request(`/vouched${path}`, {
        method,
        ...(body !== undefined && {
          body: JSON.stringify(body),
          headers: { 'Content-Type': 'application/json' },
        }),
      })
    return { send, list: async () => list.parse(await (await send('GET')).json()).answers }
  }
  const ask = async (body: object) => {
    const response = await app.request('http://127.0.0.1/ask', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ explain: true, ...body }),
    })
    return answer.parse(await response.json())
  }
  return { deskOf, ask, service }
}

test('a vouched answer comes first for its question, and says who chose it', async () => {
  const { deskOf, ask } = await openDesk()
  const before = await ask({ question: QUESTION })
  expect(before.quotes[0]?.vouched).toBeNull()
  const added = await deskOf(null).send('POST', '', { question: QUESTION, quotes: [BARK] })
  expect(added.status).toBe(201)

  const { quotes, alsoOnThis, explanation, confidence } = await ask({ question: QUESTION })
  expect(quotes[0]).toMatchObject({
    text: 'They bark at night.',
    confidence: 1,
    citation: { documentId: 'pets-dogs', start: 28, end: 47 },
    vouched: { by: 'Ada', question: QUESTION },
  })
  expect(confidence).toBe(1)
  expect(explanation).toMatchObject({ decidedBy: 'vouched' })
  const others = [...quotes.slice(1), ...alsoOnThis]
  expect(others.map(({ vouched: by }) => by)).toEqual(others.map(() => null))
  expect(others.some(({ text }) => text.includes('They bark'))).toBe(false)
})

test('the same words count however they are typed, other questions do not get the answer', async () => {
  const { deskOf, ask } = await openDesk()
  await deskOf(null).send('POST', '', { question: QUESTION, quotes: [BARK] })
  const typed = await ask({ question: 'how often do DOGS need food' })
  expect(typed.quotes[0]?.vouched?.by).toBe('Ada')
  const other = await ask({ question: 'What do cows eat?' })
  expect(other.quotes.map(({ vouched: by }) => by)).toEqual(other.quotes.map(() => null))
})

test('it is given only where all its documents are asked', async () => {
  const { deskOf, ask } = await openDesk()
  const COWS = { documentId: 'farm-cows', start: 0, end: 36 }
  await deskOf(null).send('POST', '', { question: QUESTION, quotes: [BARK, COWS] })
  const both = await ask({ question: QUESTION, documents: ['pets-dogs', 'farm-cows'] })
  expect(both.quotes.map(({ vouched: by }) => by?.by ?? null).slice(0, 2)).toEqual(['Ada', 'Ada'])
  const one = await ask({ question: QUESTION, documents: ['pets-dogs'] })
  expect(one.quotes.map(({ vouched: by }) => by)).toEqual(one.quotes.map(() => null))
})

test('a changed or removed answer counts from the next question on', async () => {
  const { deskOf, ask } = await openDesk()
  const desk = deskOf(null)
  await desk.send('POST', '', { question: QUESTION, quotes: [BARK] })
  const [{ id } = { id: '' }] = await desk.list()
  expect((await ask({ question: QUESTION })).quotes[0]?.citation.start).toBe(28)
  const twice = { documentId: 'pets-dogs', start: 15, end: 26 }
  const changed = await desk.send('PUT', `/${id}`, { question: QUESTION, quotes: [twice] })
  expect(changed.status).toBe(200)
  expect((await ask({ question: QUESTION })).quotes[0]?.text).toBe('twice a day')
  expect((await desk.send('DELETE', `/${id}`)).status).toBe(204)
  expect((await ask({ question: QUESTION })).quotes[0]?.vouched).toBeNull()
  expect((await desk.send('DELETE', `/${id}`)).status).toBe(404)
})

test('a quote that moved is followed, one that is gone from its document is flagged and not given', async () => {
  const indexDir = await temporaryFolder()
  const { deskOf, ask } = await openDesk(indexDir)
  const desk = deskOf(null)
  await desk.send('POST', '', { question: QUESTION, quotes: [BARK] })
  expect((await desk.list())[0]?.state).toBe('stands')

  await rebuild(indexDir, `Dogs are animals. ${DOGS}`)
  await expect
    .poll(async () => (await desk.list())[0], { timeout: 10_000 })
    .toMatchObject({
      state: 'moved',
      quotes: [{ start: 46, end: 65, text: 'They bark at night.' }],
    })
  expect((await ask({ question: QUESTION })).quotes[0]).toMatchObject({
    text: 'They bark at night.',
    citation: { start: 46, end: 65 },
    vouched: { by: 'Ada' },
  })

  await rebuild(indexDir, `---\ntitle: All about dogs\n---\n${DOGS} They bark at night. They run.`)
  await expect
    .poll(async () => (await desk.list())[0], { timeout: 10_000 })
    .toMatchObject({ state: 'stale', quotes: [{ title: 'All about dogs' }] })
  expect((await ask({ question: QUESTION })).quotes[0]?.vouched ?? null).toBeNull()
})

test('whoever is limited to collections sees and changes the answers from these only', async () => {
  const { deskOf } = await openDesk()
  await deskOf(null).send('POST', '', { question: QUESTION, quotes: [BARK] })
  const [{ id } = { id: '' }] = await deskOf(['pets']).list()
  expect(id).not.toBe('')
  const farm = deskOf(['farm'])
  expect(await farm.list()).toEqual([])
  expect((await farm.send('DELETE', `/${id}`)).status).toBe(404)
  expect((await farm.send('PUT', `/${id}`, { question: 'a?', quotes: [BARK] })).status).toBe(404)
  const added = await farm.send('POST', '', { question: QUESTION, quotes: [BARK] })
  expect(added.status).toBe(404)
  expect(await added.json()).toMatchObject({ errors: [{ path: 'quotes.0' }] })
})

test('quotes are found for the desk in the documents of its key, and that is no question that is kept', async () => {
  const { deskOf, service } = await openDesk()
  const quotesFor = async (collections: readonly string[] | null) => {
    const response = await deskOf(collections).send('POST', '/quotes', { question: QUESTION })
    expect(response.status).toBe(200)
    const { quotes, closest } = foundQuotes.parse(await response.json())
    return [...quotes, ...closest].map(({ citation }) => citation.documentId)
  }
  expect(await quotesFor(null)).toContain('pets-dogs')
  expect(await quotesFor(['farm'])).not.toContain('pets-dogs')
  const filter = { kind: 'all', fromMs: null, toMs: null, text: '', within: null } as const
  const page = { sort: 'times', group: null, limit: 1, offset: 0 } as const
  expect(await service.questions?.groups(filter, page)).toMatchObject({ totalQuestions: 0 })
})

test('a document is given with the paragraphs in which quotes can be chosen, to whoever may see it', async () => {
  const files = { 'pets/owls.md': '# Owls\n\nOwls hunt.\n\n## Food\n\nOwls eat mice.' }
  const { deskOf } = await openDesk(undefined, files)
  const response = await deskOf(['pets']).send('GET', '/documents/pets-owls')
  const { text, paragraphs } = openDocument.parse(await response.json())
  const texts = paragraphs.map(({ start, end }) => text.slice(start, end))
  expect(texts).toEqual(['Owls hunt.', 'Owls eat mice.'])
  expect((await deskOf(['farm']).send('GET', '/documents/pets-owls')).status).toBe(404)
})

test('whoever may not see its documents does not get it, whoever may does', async () => {
  const { deskOf, service } = await openDesk()
  await deskOf(null).send('POST', '', { question: QUESTION, quotes: [BARK] })
  const request = { question: QUESTION, maxQuotes: 3, documentIds: null, conversationId: null }
  const chosenFor = async (collections: readonly string[] | null) => {
    const reply = await service.within(collections).ask(request)
    return reply.answer.quotes.filter(({ vouched: by }) => by !== null).length
  }
  expect(await chosenFor(null)).toBe(1)
  expect(await chosenFor(['pets'])).toBe(1)
  expect(await chosenFor(['farm'])).toBe(0)
})

test.each([
  { ...BARK, documentId: 'nobody' },
  { ...BARK, end: 9999 },
  { ...BARK, start: 47, end: 47 },
])('a quote that cannot be is refused: %o', async (quote) => {
  const { deskOf } = await openDesk()
  const response = await deskOf(null).send('POST', '', { question: QUESTION, quotes: [quote] })
  expect(response.status).toBe(404)
  expect(await response.json()).toMatchObject({ errors: [{ path: 'quotes.0' }] })
})

async function rebuild(indexDir: string, dogs: string): Promise<void> {
  const documents = await temporaryFolder()
  await writeFiles(documents, { ...FILES, 'pets/dogs.txt': dogs })
  await build(documents, indexDir, wordVectors())
}

test('a document that was moved to another collection is gone for those who no longer see it', async () => {
  const indexDir = await temporaryFolder()
  const { deskOf } = await openDesk(indexDir)
  await deskOf(null).send('POST', '', { question: QUESTION, quotes: [BARK] })
  const pets = deskOf(['pets'])
  expect(await pets.list()).toMatchObject([{ state: 'stands', quotes: [{ title: 'dogs' }] }])
  await rebuild(indexDir, `---\ncollection: farm\ntitle: Secret\n---\nMore. ${DOGS}`)
  await expect
    .poll(async () => (await deskOf(null).list())[0], { timeout: 10_000 })
    .toMatchObject({ state: 'moved', quotes: [{ title: 'Secret' }] })
  expect(await pets.list()).toMatchObject([
    { state: 'gone', quotes: [{ title: 'pets-dogs', start: 28, end: 47 }] },
  ])
})

test('the log tells of an answer from several collections only whoever sees all', async () => {
  const { deskOf, service } = await openDesk()
  const COWS = { documentId: 'farm-cows', start: 0, end: 36 }
  await deskOf(null).send('POST', '', { question: QUESTION, quotes: [BARK, COWS] })
  expect(await service.audit.latest({ limit: 1 })).toMatchObject([{ subject: QUESTION }])
  expect(await service.audit.latest({ limit: 1, collections: ['pets'] })).toEqual([])
})

test('answers that the asker must not see take no place of one that they may see', async () => {
  const { deskOf, service } = await openDesk()
  const desk = deskOf(null)
  const COWS = { documentId: 'farm-cows', start: 0, end: 36 }
  for (let i = 0; i < 6; i += 1) {
    await desk.send('POST', '', { question: QUESTION, quotes: [COWS] })
  }
  await desk.send('POST', '', { question: QUESTION, quotes: [BARK] })
  const request = { question: QUESTION, documentIds: null, maxQuotes: 3, conversationId: null }
  const { answer: given } = await service.within(['pets']).ask(request)
  expect(given.quotes[0]?.vouched?.by).toBe('Ada')
})
