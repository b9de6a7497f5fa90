import { expect, test } from 'vitest'
import { z } from 'zod'
import { createRouter } from '../../server/http/router.ts'
import { deskWordRoutes } from '../../server/http/desk-word-routes.ts'
import { answer } from '../../server/answer/answer-schema.ts'
import { openWords } from '../support/serve-words.ts'

const FILES = {
  'army/forces.txt': 'The Popular Mobilization Forces (PMF) resist in June. Nobody else does.',
  'trade/council.txt': 'The Gulf Cooperation Council (GCC) met in Rome.',
}
const PMF = { forms: ['PMF', 'Popular Mobilization Forces'] }

const list = z.object({
  accepted: z.array(z.object({ id: z.string(), forms: z.array(z.string()), by: z.string() })),
  rejected: z.array(z.object({ forms: z.array(z.string()) })),
  proposals: z.array(z.object({ short: z.string() })),
})

/** The routes for callers that see these collections (null: all). */
async function openDesk() {
  const { app, service } = await openWords({}, { files: FILES })
  const deskOf = (collections: readonly string[] | null) => {
    const router = createRouter<{ Variables: { caller: object } }>()
    router.use(async (c, next) => {
      c.set('caller', { id: '1', name: 'Ann', collections })
      await next()
    })
    router.route(
      '/words',
      deskWordRoutes(() => service),
    )
    const send = (method: string, path = '', body?: unknown) =>
      router.request(`/words${path}`, {
        method,
        ...(body !== undefined && {
          body: JSON.stringify(body),
          headers: { 'Content-Type': 'application/json' },
        }),
      })
    return { send, list: async () => list.parse(await (await send('GET')).json()) }
  }
  const ask = async (question: string) => {
    const response = await app.request('http://127.0.0.1/ask', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ question, explain: true }),
    })
    return answer.parse(await response.json())
  }
  return { deskOf, ask }
}

test('a proposal has the place where it is defined, and is proposed no more once it is accepted or rejected', async () => {
  const { deskOf } = await openDesk()
  const desk = deskOf(null)
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
  const desk = deskOf(null)
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
  const [all, army] = [deskOf(null), deskOf(['army'])]
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
  const response = await deskOf(null).send('POST', '', body)
  expect(response.status).toBe(400)
})
