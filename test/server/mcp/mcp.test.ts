import { EventEmitter, once } from 'node:events'
import { request } from 'node:http'
import { describe, expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { answer } from '../../../server/answer/answer-schema.ts'
import { listen } from '../../../server/http/listen.ts'
import { call, connect, failureOf, REVISIONS } from '../../support/mcp-client.ts'
import { expectProblem } from '../../support/problem.ts'
import { HOSTILE, openWords, post, serveWords } from '../../support/serve-words.ts'
import { wordVectors } from '../../support/word-vectors.ts'

const QUESTION = { question: 'When do cats sleep?' }
const CATS = 'Cats sleep all day. They hunt at night.'
const KEY = 'correct-horse-battery'

const results = z.object({
  results: z.array(z.strictObject({ id: z.string(), title: z.string(), url: z.string() })),
})
const fetched = z.object({
  id: z.string(),
  title: z.string(),
  text: z.string(),
  url: z.string(),
  metadata: z.looseObject({
    quote: z.string().nullable(),
    start: z.int(),
    end: z.int(),
    next: z.string().nullable(),
  }),
})

/** A document whose paragraphs together are longer than what is given at once. */
function longText(): string {
  const paragraphs = Array.from({ length: 300 }, (_, i) => `Paragraph ${i} is about the 🐈 ${i}.`)
  return `${paragraphs.join(`\n\n${'It goes on for a while. '.repeat(4)}\n\n`)}\n`
}

describe.each(REVISIONS)('a client of the revision %s', (revision) => {
  test('is told what the server is for, and gets tools that only read', async () => {
    const url = await serveWords()
    const client = await connect(url, { revision })
    expect(client.getServerVersion()).toMatchObject({ name: 'footnote', websiteUrl: `${url}/` })
    expect(client.getInstructions()).toContain('word for word')
    const { tools } = await client.listTools()
    expect(tools.map(({ name }) => name)).toEqual(['ask', 'search', 'fetch', 'verify'])
    for (const tool of tools) {
      expect(tool).toMatchObject({
        title: expect.any(String),
        inputSchema: { type: 'object', additionalProperties: false },
        outputSchema: { type: 'object' },
        annotations: { readOnlyHint: true, destructiveHint: false, openWorldHint: false },
      })
      expect(JSON.stringify(tool)).not.toContain('"pattern":')
    }
    expect(tools[0]?.inputSchema).toMatchObject({
      properties: { conversationId: { description: expect.stringContaining('earlier answer') } },
    })
  })

  test('gets the answer of POST /ask, with whole addresses, and as Markdown', async () => {
    const url = await serveWords()
    const client = await connect(url, { revision })
    const { structured, text } = await call(client, 'ask', QUESTION)
    const given = answer.parse(structured)
    const [quote] = given.quotes
    expect(quote).toMatchObject({ text: CATS, citation: { documentId: 'cats' } })
    expect(quote?.citation.url).toMatch(`${url}/documents/cats?start=0&end=39`)
    expect((await fetch(quote?.citation.url ?? '')).status).toBe(200)
    const { conversationId } = given
    const asked: unknown = await (await post(url, QUESTION)).json()
    expect(JSON.parse(JSON.stringify(given).replaceAll(`"${url}/`, '"/'))).toEqual({
      ...answer.parse(asked),
      conversationId,
    })
    expect(text).toContain(`“${CATS}”`)
    expect(text).toContain(`(${url}/documents/cats?`)
    expect(text).toContain(conversationId)
  })

  test('reads documents as resources', async () => {
    const client = await connect(await serveWords(), { revision })
    const { resources } = await client.listResources()
    const uri = 'footnote://documents/cats'
    expect(resources[0]).toMatchObject({ uri, title: 'cats', mimeType: 'text/plain' })
    expect(resources[0]?.description).toBe('Ann, 2020-01-02, 40 characters')
    const { contents } = await client.readResource({ uri })
    expect(contents).toEqual([{ uri, mimeType: 'text/plain', text: `${CATS}\n` }])
    const { resourceTemplates } = await client.listResourceTemplates()
    expect(resourceTemplates).toMatchObject([{ uriTemplate: 'footnote://documents/{id}' }])
    const { completion } = await client.complete({
      ref: { type: 'ref/resource', uri: 'footnote://documents/{id}' },
      argument: { name: 'id', value: 'c' },
    })
    expect(completion.values).toEqual(['cats'])
  })

  test('is told that a resource does not exist', async () => {
    const client = await connect(await serveWords(), { revision })
    for (const id of ['nothing', '..%2f..%2fpackage', '../../package', '%00', 'cats/..']) {
      const uri = `footnote://documents/${id}`
      await expect(client.readResource({ uri })).rejects.toThrow(/not found/i)
    }
  })
})

describe('ask', () => {
  test('refuses what the documents do not answer, and shows what comes closest', async () => {
    const client = await connect(await serveWords())
    const { structured, text } = await call(client, 'ask', { question: 'Do cats like Peru?' })
    const { answered, quotes, closest } = answer.parse(structured)
    expect({ answered, quotes }).toEqual({ answered: false, quotes: [] })
    expect(closest.length).toBeGreaterThan(0)
    expect(text).toContain('do not answer')
  })

  test('goes on with a conversation', async () => {
    const client = await connect(await serveWords())
    const { conversationId } = answer.parse((await call(client, 'ask', QUESTION)).structured)
    const more = { question: 'more', conversationId }
    const { structured } = await call(client, 'ask', more)
    expect(answer.parse(structured)).toMatchObject({
      conversationId,
      interpretedAs: QUESTION.question,
    })
  })

  test('says what to do about wrong input', async () => {
    const client = await connect(await serveWords())
    const told = (wrong: Record<string, unknown>) =>
      failureOf(client, 'ask', { ...QUESTION, ...wrong })
    expect(await told({ question: '?' })).toContain('needs a letter or a digit')
    expect(await told({ maxQuotes: 11 })).toContain('maxQuotes')
    expect(await told({ explain: true })).toContain('explain')
    expect(await told({ conversationId: 'unknown' })).toContain('Ask without conversationId')
    expect(await told({ documents: ['cats', 'nothing'] })).toMatch(
      /documents\.1: there is no such document.*Without "documents"/,
    )
    expect(await told({ collections: ['nothing'] })).toContain('no such collection')
  })

  test('says to try again where too many questions wait', async () => {
    const gate = new EventEmitter()
    const entered = once(gate, 'entered')
    const slow = {
      ...wordVectors(),
      score: () => {
        gate.emit('entered')
        return new Promise<number[]>(() => {})
      },
    }
    const queue = { concurrency: 1, maxWaiting: 0, timeLimitMs: 2000 }
    const client = await connect(await serveWords({}, { inference: slow, queue }))
    const first = failureOf(client, 'ask', QUESTION)
    await entered
    expect(await failureOf(client, 'ask', { question: 'Do owls fly?' })).toBe(
      'Too many questions are waiting. Ask again in a moment.',
    )
    expect(await first).toContain('took too long')
  })

  test('tells nothing internal where something breaks', async () => {
    const failing = {
      ...wordVectors(),
      score: () => Promise.reject(new Error('SELECT * FROM /tmp/x.ts')),
    }
    const client = await connect(await serveWords({}, { inference: failing }))
    expect(await failureOf(client, 'ask', QUESTION)).toContain('Something went wrong')
  })

  test.each([
    ['a client of the newest revision that cancels', '2026-07-28', 'cancel'],
    ['a client of the newest revision that goes away', '2026-07-28', 'close'],
    ['an older client that goes away', '2025-11-25', 'close'],
  ])('is stopped by %s', async (_, revision, how) => {
    const never = { ...wordVectors(), score: () => new Promise<number[]>(() => {}) }
    const { app, service } = await openWords({}, { inference: never })
    const server = await listen(app, { host: '127.0.0.1', port: 0 })
    onTestFinished(() => server.stop())
    const client = await connect(server.url, { revision })
    const aborter = new AbortController()
    const asked = client.callTool({ name: 'ask', arguments: QUESTION }, { signal: aborter.signal })
    const outcome = asked.then(
      () => 'answered',
      () => 'stopped',
    )
    await expect.poll(() => service.status().questions.running).toBe(1)
    if (how === 'cancel') aborter.abort()
    else await client.close()
    expect(await outcome).toBe('stopped')
    await expect.poll(() => service.status().questions.running).toBe(0)
  })
})

describe('search and fetch', () => {
  test('lead from a question to the quotation and what stands around it', async () => {
    const url = await serveWords()
    const client = await connect(url)
    const searched = await call(client, 'search', { query: QUESTION.question })
    expect(JSON.parse(searched.text)).toEqual(searched.structured)
    const [first] = results.parse(searched.structured).results
    expect(first?.id).toBe('cats:0-39')
    expect(first?.title).toBe(`cats, paragraph 1: “${CATS}”`)
    expect(first?.url).toMatch(`${url}/documents/cats?start=0&end=39`)

    const read = await call(client, 'fetch', { id: 'cats:20-39' })
    expect(JSON.parse(read.text)).toEqual(read.structured)
    expect(read.structured).toMatchObject({
      id: 'cats:20-39',
      title: 'cats',
      text: CATS,
      url: `${url}/documents/cats?start=20&end=39`,
      metadata: { author: 'Ann', date: '2020-01-02', quote: 'They hunt at night.', start: 0 },
    })
  })

  test('find what comes closest where nothing answers', async () => {
    const client = await connect(await serveWords())
    const { structured } = await call(client, 'search', { query: 'Do cats like Peru?' })
    expect(results.parse(structured).results.length).toBeGreaterThan(0)
  })

  test('read a long document part after part, without a gap', async () => {
    const text = longText()
    const client = await connect(await serveWords({}, { files: { 'long.txt': text } }))
    let id: string | null = 'long'
    let read = ''
    while (id !== null) {
      const part = fetched.parse((await call(client, 'fetch', { id })).structured)
      expect(part.text.length).toBeLessThanOrEqual(20_000)
      expect(part.metadata.start).toBe(read.length)
      read += part.text
      id = part.metadata.next
    }
    expect(read).toBe(text)
  })

  test('read whole paragraphs around a place, as much as a page or two', async () => {
    const text = longText()
    const client = await connect(await serveWords({}, { files: { 'long.txt': text } }))
    const start = text.indexOf('Paragraph 150 is')
    const id = `long:${start}-${start + 13}`
    const { structured } = await call(client, 'fetch', { id })
    const { text: around, metadata } = fetched.parse(structured)
    expect(metadata).toMatchObject({ quote: 'Paragraph 150', next: `long:${metadata.end}-` })
    expect(around).toBe(text.slice(metadata.start, metadata.end))
    expect(around).toContain('Paragraph 149 is about the 🐈 149.')
    expect(around).toContain('Paragraph 151 is about the 🐈 151.')
    expect(around.length).toBeGreaterThan(3000)
    expect(around.length).toBeLessThanOrEqual(4000)
  })

  test.each(['', 'nothing', '../cats', 'cats:', 'cats:5', 'cats:a-b', 'Cats', 'cats:0-19:0-19'])(
    'say that an id leads nowhere: "%s"',
    async (id) => {
      const client = await connect(await serveWords())
      expect(await failureOf(client, 'fetch', { id })).toContain('no document with this id')
    },
  )

  test.each(['cats:0-9999', 'cats:9-9', 'cats:9-3', 'cats:9999-'])(
    'say that a place is outside the document: %s',
    async (id) => {
      const client = await connect(await serveWords())
      expect(await failureOf(client, 'fetch', { id })).toContain('ends at 40')
    },
  )

  test('text of documents stays text', async () => {
    const client = await connect(await serveWords())
    const { structured, text } = await call(client, 'ask', { question: 'Where are the owls?' })
    expect(answer.parse(structured).quotes[0]?.citation.title).toBe(HOSTILE)
    expect(text).toContain(String.raw`\<script>`)
    expect(text).not.toMatch(/(?<!\\)</)
  })
})

test('verify gives what POST /verify gives, with whole addresses', async () => {
  const url = await serveWords()
  const draft = { text: 'Cats sleep all night. Ann says “they hunt at night” of the owls in Rome.' }
  const response = await fetch(`${url}/verify`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(draft),
  })
  const client = await connect(url)
  const { structured, text } = await call(client, 'verify', draft)
  const whole = JSON.stringify(structured)
  expect(JSON.parse(whole.replaceAll(`"${url}/`, '"/'))).toEqual({
    sentences: await response.json(),
  })
  expect(whole.match(/"url":"[^"]*"/g)?.every((address) => address.includes(url))).toBe(true)
  expect(text.split('\n')).toHaveLength(3)
  expect(text).toContain(
    '1. altered: “Cats sleep all night.”; “night” is “day” in the source; cats',
  )
  expect(text).toContain('   - quoted: “they hunt at night”; cats')
  expect(await failureOf(client, 'verify', { text: 'x', documents: ['nothing'] })).toContain(
    'no such document',
  )
})

test('the list of resources has pages', async () => {
  const files = Object.fromEntries(
    Array.from({ length: 120 }, (_, i) => [`d${i}.txt`, `Number ${i} is here.\n`]),
  )
  const url = await serveWords({}, { files })
  const client = await connect(url)
  const first = await client.listResources({ cursor: undefined })
  expect(first.resources).toHaveLength(122)
  const raw = await fetch(`${url}/mcp`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Accept: 'application/json, text/event-stream' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'resources/list', params: {} }),
  })
  const body = await raw.text()
  expect(body.match(/"uri":/g)).toHaveLength(100)
  expect(body).toContain('"nextCursor"')
})

test('a subscription ends at once, because nothing tells of changes', async () => {
  const client = await connect(await serveWords())
  const subscription = await client.listen({ resourcesListChanged: true })
  await expect(subscription.closed).resolves.toBeDefined()
})

test('several messages at once, as the oldest revision has them, are few', async () => {
  const url = await serveWords()
  const messages = Array.from({ length: 11 }, (_, id) => {
    return { jsonrpc: '2.0', id, method: 'resources/list' }
  })
  const headers = { 'Mcp-Protocol-Version': '2025-03-26' }
  const taken = await send(url, { headers, body: JSON.stringify(messages.slice(1)) })
  expect((await taken.text()).match(/"resources":/g)).toHaveLength(10)
  await expectProblem(await send(url, { headers, body: JSON.stringify(messages) }), 400)
  expect((await send(url, { headers, body: '[' })).status).toBe(400)
})

describe('access', () => {
  test('needs the key', async () => {
    const url = await serveWords({ apiKeys: [KEY] })
    await expect(connect(url)).rejects.toThrow(/401/)
    await expect(connect(url, { headers: bearer('wrong-horse-battery') })).rejects.toThrow(/401/)
    for (const revision of REVISIONS) {
      const client = await connect(url, { revision, headers: bearer(KEY) })
      expect((await call(client, 'ask', QUESTION)).text).toContain('Cats sleep')
    }
    const refused = await send(url)
    expect(refused.headers.get('WWW-Authenticate')).toMatch(/^Bearer/)
    await expectProblem(refused, 401)
  })

  test('needs no key only where questions and documents are public, because it gives both', async () => {
    const publicRoutes = [['questions'], ['documents'], ['questions', 'documents']] as const
    const statuses: number[] = []
    for (const routes of publicRoutes) {
      const url = await serveWords({ apiKeys: [KEY], publicRoutes: routes })
      statuses.push((await send(url)).status)
    }
    expect(statuses).toEqual([401, 401, 200])
  })

  test('is refused to pages of other origins, and allowed to those of ALLOWED_ORIGINS', async () => {
    const allowed = 'https://app.example'
    const url = await serveWords({ allowedOrigins: [allowed] })
    await expectProblem(await send(url, { headers: { Origin: 'https://evil.example' } }), 403)
    await expect(connect(url, { headers: { Origin: 'https://evil.example' } })).rejects.toThrow(
      /403/,
    )
    const names = 'authorization,mcp-method,mcp-name,mcp-protocol-version,x-stainless-os'
    const preflight = await fetch(`${url}/mcp`, {
      method: 'OPTIONS',
      headers: {
        Origin: allowed,
        'Access-Control-Request-Method': 'POST',
        'Access-Control-Request-Headers': names,
      },
    })
    expect(preflight.headers.get('Access-Control-Allow-Origin')).toBe(allowed)
    expect(preflight.headers.get('Access-Control-Allow-Headers')?.toLowerCase()).toBe(names)
    const client = await connect(url, { headers: { Origin: allowed } })
    expect((await call(client, 'ask', QUESTION)).text).toContain('Cats sleep')
  })

  test('is refused under a foreign host name', async () => {
    const url = await serveWords()
    const asked = request(`${url}/mcp`, { method: 'POST', headers: { Host: 'evil.example' } })
    asked.end('{}')
    const [response] = await once(asked, 'response')
    response.resume()
    expect(response.statusCode).toBe(403)
  })

  test('has no sessions: GET and DELETE are not supported', async () => {
    const url = await serveWords()
    for (const method of ['GET', 'DELETE', 'PUT']) {
      const response = await fetch(`${url}/mcp`, { method })
      expect(response.headers.get('Allow')).toBe('POST')
      await expectProblem(response, 405)
    }
  })

  test('is limited in rate and size, and comes once everything is loaded', async () => {
    const limited = await serveWords({ requestsPerMinute: 1 })
    expect((await send(limited)).status).toBe(200)
    await expectProblem(await send(limited), 429)
    const url = await serveWords()
    await expectProblem(await send(url, { body: `{"x":"${'x'.repeat(270_000)}"}` }), 413)
    expect((await send(url, { body: '{"jsonrpc"' })).status).toBe(400)
    expect((await send(url, { headers: { 'Content-Type': 'text/plain' } })).status).toBe(415)
    const loading = await send(await serveWords({ findService: () => null }))
    expect(loading.headers.get('Retry-After')).toBe('1')
    await expectProblem(loading, 503)
  })
})

function bearer(key: string) {
  return { Authorization: `Bearer ${key}` }
}

/** Sends a message by hand, for what the client does not show. */
function send(url: string, options: { headers?: Record<string, string>; body?: string } = {}) {
  return fetch(`${url}/mcp`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      Accept: 'application/json, text/event-stream',
      ...options.headers,
    },
    body: options.body ?? JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
  })
}
