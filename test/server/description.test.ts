import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { KEY_RIGHTS } from '../../server/access/caller.ts'
import { answer } from '../../server/answer/answer-schema.ts'
import { describedOperations, type Operation } from '../support/described-api.ts'
import { eventsIn } from '../support/event-stream.ts'
import { invalid, invalidText, valid } from '../support/from-schema.ts'
import { openWords, serveWords } from '../support/serve-words.ts'

const RUNS = 60
const SEED = 2026
const FORMATS = ['application/json', 'text/html', 'text/event-stream', '*/*']

/** A request of an operation, before it is sent. */
interface Sent {
  readonly path: Readonly<Record<string, unknown>>
  readonly query: Readonly<Record<string, unknown>>
  readonly body: unknown
  readonly accept: string
}

type App = Awaited<ReturnType<typeof openWords>>['app']

function addressOf({ path }: Operation, sent: Sent): string {
  const address = path.replace(/\{(\w+)\}/g, (_, name) =>
    encodeURIComponent(String(sent.path[name])),
  )
  const pairs = Object.entries(sent.query).flatMap(([name, value]) =>
    [value].flat().map((one) => [name, String(one)]),
  )
  return `http://127.0.0.1${address}?${new URLSearchParams(pairs).toString()}`
}

function send(app: App, operation: Operation, sent: Sent, token: string | null = null) {
  return app.request(addressOf(operation, sent), {
    method: operation.method.toUpperCase(),
    headers: {
      Accept: sent.accept,
      ...(operation.requestBody && { 'Content-Type': 'application/json' }),
      ...(token !== null && { Authorization: `Bearer ${token}` }),
    },
    ...(operation.requestBody && { body: JSON.stringify(sent.body) }),
  })
}

/** Expects that the description lists the response's status and type, and that the body matches its schema. */
async function expectDescribed({ responses }: Operation, response: Response) {
  const { status } = response
  expect(Object.keys(responses)).toContain(String(status))
  expect(status).not.toBe(500)
  const contents = responses[String(status)]?.content ?? {}
  const type = response.headers.get('Content-Type')?.split(';')[0] ?? 'none'
  expect([...Object.keys(contents), 'none']).toContain(type)
  const text = await response.text()
  const schema = Object(contents[type]?.schema ?? {})
  // The events of clients that others made are described as text.
  const areEvents = type === 'text/event-stream' && schema.type !== 'string'
  const bodies = areEvents ? eventsIn(text) : type.endsWith('json') ? [JSON.parse(text)] : []
  const described = z.fromJSONSchema(schema)
  for (const body of bodies) expect(described.safeParse(body).error).toBeUndefined()
}

/** Generates values for the parameters of one kind; optional parameters may be absent. */
function parameters(
  { parameters: all }: Operation,
  kind: 'path' | 'query',
): fc.Arbitrary<Record<string, unknown>> {
  const ours = all.filter((parameter) => parameter.in === kind)
  const fields = ours.map((parameter) => [parameter.name, valid(parameter.schema)])
  const requiredKeys = ours.filter(({ required }) => required).map(({ name }) => name)
  return fc.record(Object.fromEntries(fields), { requiredKeys })
}

/** Generates requests that the description allows, with ids that exist and ids that do not. */
function validRequests(operation: Operation, ids: Readonly<Record<string, string>>) {
  const known = ids[operation.path.split('/')[1] ?? '']
  const request: fc.Arbitrary<Sent> = fc.record({
    path: parameters(operation, 'path'),
    query: parameters(operation, 'query'),
    body: valid(operation.requestBody?.content['application/json'].schema ?? {}),
    accept: fc.constantFrom(...FORMATS),
  })
  return fc
    .tuple(request, fc.boolean(), fc.tuple(fc.nat(39), fc.nat(39)))
    .filter(([{ path }]) => !['.', '..'].includes(String(path.id)))
    .map(([sent, isKnown, [one, other]]) =>
      Object.assign(
        sent,
        isKnown && known !== undefined && { path: { ...sent.path, id: known } },
        // A parameter list cannot say which of these belong together; the description says it in words.
        RANGE_PARAMETERS.some((name) => name in sent.query) && {
          query: {
            start: Math.min(one, other),
            end: Math.max(one, other) + 1,
            ...('highlightStart' in sent.query && {
              highlightStart: Math.max(one, other),
              highlightEnd: Math.max(one, other) + 1,
            }),
          },
        },
        operation.path === '/desk/api/words' && {
          body: { ...Object(sent.body), ...FORMS },
        },
        operation.path.startsWith('/v1/') && { body: asking(sent.body, isKnown) },
      ),
    )
}

/** Forms that differ, each with a word that is not common: the description asks for this in words. */
const FORMS = { forms: ['PMF', 'Popular Mobilization Forces'] }

/** The body of a request to OpenAI's interface, with a question at its end: the description asks for it in words. */
function asking(body: unknown, isKnown: boolean): unknown {
  const question = 'When do cats sleep?'
  const { model, messages, input, ...others } = Object(body)
  const withQuestion = (before: unknown[]) => [...before, { role: 'user', content: question }]
  return {
    ...others,
    model: isKnown ? 'footnote' : model,
    ...(messages !== undefined && { messages: withQuestion(messages) }),
    ...(input !== undefined && { input: Array.isArray(input) ? withQuestion(input) : question }),
  }
}

const RANGE_PARAMETERS = ['start', 'end', 'highlightStart', 'highlightEnd']

/** Generates requests that break one constraint of the description; null where there is no constraint. */
function invalidRequests(operation: Operation, ids: Readonly<Record<string, string>>) {
  const breaks = operation.parameters.flatMap((parameter) => {
    const { name, required } = parameter
    const place = parameter.in
    const broken = invalidText(parameter.schema)
    const change = (sent: Sent, value: unknown): Sent => {
      return { ...sent, [place]: { ...sent[place], [name]: value } }
    }
    return [
      ...(broken ? [broken.map((value) => (sent: Sent) => change(sent, value))] : []),
      ...(required && place === 'query'
        ? [fc.constant((sent: Sent): Sent => ({ ...sent, query: without(sent.query, name) }))]
        : []),
    ]
  })
  if (operation.parameters.some((parameter) => parameter.in === 'query')) {
    breaks.push(fc.constant((sent) => ({ ...sent, query: { ...sent.query, unknown: 1 } })))
  }
  if (operation.requestBody) {
    const bodies = invalid(operation.requestBody.content['application/json'].schema)
    breaks.push(bodies.map((body) => (sent) => ({ ...sent, body })))
  }
  if (breaks.length === 0) return null
  const broken = fc.oneof(...breaks)
  return fc.tuple(validRequests(operation, ids), broken).map(([sent, change]) => change(sent))
}

function without(fields: Readonly<Record<string, unknown>>, name: string) {
  return Object.fromEntries(Object.entries(fields).filter(([key]) => key !== name))
}

async function openDescribed() {
  const { app, service } = await openWords({ requestsPerMinute: 0 })
  const asked = await app.request('http://127.0.0.1/ask?question=When+do+cats+sleep')
  const key = { name: 'Ada', may: KEY_RIGHTS, collections: null, expiresAtMs: null }
  const { token } = await service.keys.create(key)
  const { conversationId } = answer.parse(await asked.json())
  const ids = { documents: 'cats', conversations: conversationId }
  return { app, ids, token, operations: await describedOperations(app) }
}

/**
 * Statuses of requests that are right but for what is the case: a run of checks begins or is under way, and this server's settings
 * have the threshold.
 */
function fittingStatuses({ path }: Operation): readonly number[] {
  return path.startsWith('/desk/api/check/') ? [202, 409] : []
}

describe('the API matches its description', () => {
  test('it accepts every request that the description allows, and every response is described', async () => {
    const { app, ids, token, operations } = await openDescribed()
    for (const operation of operations) {
      const property = fc.asyncProperty(validRequests(operation, ids), async (sent) => {
        const response = await send(app, operation, sent, token)
        expect([200, 204, 404, ...fittingStatuses(operation)]).toContain(response.status)
        await expectDescribed(operation, response)
      })
      await fc.assert(property, { numRuns: RUNS, seed: SEED })
    }
  })

  test('it refuses every request that breaks the description', async () => {
    const { app, ids, token, operations } = await openDescribed()
    for (const operation of operations) {
      const requests = invalidRequests(operation, ids)
      if (!requests) continue
      const property = fc.asyncProperty(requests, async (sent) => {
        const response = await send(app, operation, sent, token)
        expect(response.status).toBeGreaterThanOrEqual(400)
        await expectDescribed(operation, response)
      })
      await fc.assert(property, { numRuns: RUNS, seed: SEED })
    }
  })

  test('its error responses are described', async () => {
    const key = 'correct-horse-battery'
    const apps = await Promise.all([
      openWords({ apiKeys: [key] }),
      openWords({ findService: () => null }),
      openWords({ host: '0.0.0.0' }),
    ])
    const foreign = { headers: { Origin: 'https://evil.example' } }
    for (const [i, { app }] of apps.entries()) {
      for (const operation of await describedOperations(app)) {
        const [sent] = fc.sample(validRequests(operation, {}), { numRuns: 1, seed: SEED })
        if (!sent) continue
        const address = addressOf(operation, sent)
        const method = operation.method.toUpperCase()
        const headers = i === 2 ? foreign.headers : {}
        const response = await app.request(address, { method, headers })
        await expectDescribed(operation, response)
      }
    }
  })

  test('status 429 is described for every rate-limited route', async () => {
    const { app } = await openWords({ requestsPerMinute: 1 })
    for (const operation of await describedOperations(app)) {
      const [sent] = fc.sample(validRequests(operation, {}), { numRuns: 1, seed: SEED })
      if (!sent) continue
      await send(app, operation, sent)
      await expectDescribed(operation, await send(app, operation, sent))
    }
  })
})

test('the API description names every route, and is as strict as the validation', async () => {
  const url = await serveWords()
  const description: unknown = await (await fetch(`${url}/openapi.json`)).json()
  const { paths } = z.looseObject({ paths: z.record(z.string(), z.unknown()) }).parse(description)
  expect(Object.keys(paths).toSorted()).toEqual([
    '/ask',
    '/conversations/{id}',
    '/desk/api/check/questions',
    '/desk/api/check/questions/import',
    '/desk/api/check/questions/vouched',
    '/desk/api/check/questions/{id}',
    '/desk/api/check/runs',
    '/desk/api/check/runs/current',
    '/desk/api/check/runs/{id}',
    '/desk/api/check/threshold',
    '/desk/api/collections',
    '/desk/api/documents',
    '/desk/api/documents/{id}',
    '/desk/api/documents/{id}/collection',
    '/desk/api/log',
    '/desk/api/questions',
    '/desk/api/questions/export',
    '/desk/api/questions/groups/{id}',
    '/desk/api/questions/{id}',
    '/desk/api/vouched',
    '/desk/api/vouched/{id}',
    '/desk/api/words',
    '/desk/api/words/{id}',
    '/documents',
    '/documents/{id}',
    '/documents/{id}/file',
    '/documents/{id}/pages/{number}',
    '/documents/{id}/text',
    '/feedback',
    '/health',
    '/metrics',
    '/problems',
    '/ready',
    '/v1/chat/completions',
    '/v1/models',
    '/v1/models/{model}',
    '/v1/responses',
    '/verify',
  ])
  expect(description).toMatchObject({
    openapi: '3.1.0',
    components: { schemas: { Question: { additionalProperties: false } } },
  })
})

test('/docs loads nothing from other servers', async () => {
  const url = await serveWords()
  const page = await (await fetch(`${url}/docs`)).text()
  const assets = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => address ?? '')
  expect(assets).toHaveLength(3)
  for (const asset of assets) {
    expect(asset).toMatch(/^\//)
    expect((await fetch(url + asset)).status).toBe(200)
  }
})
