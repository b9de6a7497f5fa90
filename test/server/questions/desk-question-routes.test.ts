import { expect, test } from 'vitest'
import { z } from 'zod'
import { rightsOf } from '../../../server/access/caller.ts'
import { answer } from '../../../server/answer/answer-schema.ts'
import { deskQuestionRoutes } from '../../../server/http/desk-question-routes.ts'
import { createRouter } from '../../../server/http/router.ts'
import type { VisibleCollections } from '../../../server/access/caller.ts'
import { openWords } from '../../support/serve-words.ts'

const member = z.object({ id: z.int(), group: z.int(), question: z.string(), times: z.int() })
const list = z.object({
  groups: z.array(z.object({ group: z.int(), name: z.string(), members: z.array(member) })),
  totalGroups: z.int(),
  totalQuestions: z.int(),
})

/** The routes with some questions; `as` gives them to a caller who may see these collections only. */
async function openRoutes(keepQuestions = '30d') {
  const files = { 'laws/tax.txt': 'The tax on owls is 5 coins. Who pays the tax? The owner pays.' }
  const { service } = await openWords({}, { files, settings: { KEEP_QUESTIONS: keepQuestions } })
  const ask = (question: string, visible: VisibleCollections) =>
    service.within(visible).ask({ question, documentIds: null, maxQuotes: 3, conversationId: null })
  await ask('When do cats sleep?', null)
  await ask('When do cats sleep?', null)
  await ask('=zebras+yaks?', null)
  await ask('Who pays the tax on owls?', ['laws'])
  const as = (collections: VisibleCollections) => {
    const router = createRouter()
    router.use((c, next) => {
      c.set('caller', { id: 'key ann', name: 'Ann', may: rightsOf(['desk']), collections })
      return next()
    })
    router.route(
      '/',
      deskQuestionRoutes(() => service),
    )
    return router
  }
  return { as, service }
}

async function listed(router: ReturnType<typeof createRouter>, query = '') {
  const response = await router.request(`/${query}`)
  expect(response.status).toBe(200)
  return list.parse(await response.json())
}

test('groups are listed with their questions, and by kind, words, order and page', async () => {
  const { as } = await openRoutes()
  const all = await listed(as(null))
  expect(all).toMatchObject({ totalGroups: 3, totalQuestions: 3 })
  expect(all.groups[0]).toMatchObject({
    name: 'When do cats sleep?',
    members: [{ question: 'When do cats sleep?', times: 2 }],
  })
  const names = async (query: string) =>
    (await listed(as(null), query)).groups.map(({ name }) => name)
  expect(await names('?kind=unanswered')).toEqual(['=zebras+yaks?'])
  expect(await names('?text=OWLS')).toEqual(['Who pays the tax on owls?'])
  expect(await names('?sort=lastAsked&limit=1')).toEqual(['Who pays the tax on owls?'])
  expect(await names('?limit=1&offset=1')).toHaveLength(1)
  expect(await names(`?group=${all.groups[0]?.group}`)).toEqual(['When do cats sleep?'])
  expect(await names(`?to=${Date.now() - 7_200_000}`)).toEqual([])
  expect(await names(`?from=${Date.now() - 7_200_000}`)).toHaveLength(3)
})

test('a question is shown with why it gets what it gets now, and showing it does not count', async () => {
  const { as } = await openRoutes()
  const id = (await listed(as(null))).groups[0]?.members[0]?.id
  for (let i = 0; i < 2; i += 1) {
    const response = await as(null).request(`/${id}`)
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({
      question: { id, answered: true, times: 2, found: [{ documentId: 'cats' }] },
      now: {
        answered: true,
        interpretedAs: 'When do cats sleep?',
        explanation: { decidedBy: 'ranking', candidates: expect.any(Array) },
      },
    })
  }
})

test('a caller who is limited to collections sees, asks and forgets only there', async () => {
  const { as } = await openRoutes()
  const laws = as(['laws'])
  const all = (await listed(as(null))).groups.flatMap(({ members }) => members)
  const cats = all.find(({ question }) => question.includes('cats'))
  const tax = all.find(({ question }) => question.includes('tax'))
  expect((await listed(laws)).groups).toMatchObject([{ name: 'Who pays the tax on owls?' }])
  expect((await laws.request(`/${cats?.id}`)).status).toBe(404)
  expect((await laws.request(`/${cats?.id}`, { method: 'DELETE' })).status).toBe(404)
  expect((await laws.request(`/groups/${cats?.group}`, { method: 'DELETE' })).status).toBe(404)
  expect(await (await laws.request('/export?format=json')).json()).toHaveLength(1)
  const response = await laws.request(`/${tax?.id}`)
  const { now } = z
    .object({ now: answer.omit({ conversationId: true }) })
    .parse(await response.json())
  const seen = now.explanation?.candidates.map(({ documentId }) => documentId)
  expect(new Set(seen)).toEqual(new Set(['laws-tax']))
  expect((await listed(as(['other']))).groups).toEqual([])
})

test('a question, or all of a group, is forgotten', async () => {
  const { as } = await openRoutes()
  const [first, second] = (await listed(as(null))).groups
  const remove = async (path: string) => (await as(null).request(path, { method: 'DELETE' })).status
  expect(await remove(`/${first?.members[0]?.id}`)).toBe(204)
  expect(await remove(`/${first?.members[0]?.id}`)).toBe(404)
  expect(await remove(`/groups/${second?.group}`)).toBe(204)
  expect(await remove(`/groups/${second?.group}`)).toBe(404)
  expect((await listed(as(null))).totalQuestions).toBe(1)
})

test('an export has all questions that the filter takes, as CSV without formulas or as JSON', async () => {
  const { as } = await openRoutes()
  const csv = await as(null).request('/export')
  expect(csv.headers.get('Content-Type')).toBe('text/csv; charset=utf-8; header=present')
  expect(csv.headers.get('Content-Disposition')).toBe('attachment; filename="questions.csv"')
  const lines = (await csv.text()).split('\r\n')
  expect(lines).toHaveLength(5)
  expect(lines[0]).toMatch(/^id,group,question,/)
  expect(lines[2]).toContain(",'=zebras+yaks?,'=zebras+yaks?,no,")
  const json = await as(null).request('/export?format=json&kind=unanswered')
  expect(await json.json()).toMatchObject([{ question: '=zebras+yaks?', answered: false }])
})

test('without kept questions, the error says which setting keeps them', async () => {
  const { as } = await openRoutes('0')
  for (const path of ['/', '/1', '/export']) {
    const response = await as(null).request(path)
    expect(response.status).toBe(404)
    expect(await response.json()).toMatchObject({ detail: expect.stringMatching(/KEEP_QUESTIONS/) })
  }
})

test('a request that is not valid is refused', async () => {
  const { as } = await openRoutes()
  for (const path of [
    '/?kind=some',
    '/?limit=0',
    '/?limit=101',
    '/?from=today',
    '/?page=1',
    '/x',
  ]) {
    expect((await as(null).request(path)).status).toBe(400)
  }
})
