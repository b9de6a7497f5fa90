import { APIUserAbortError, OpenAI } from 'openai'
import { pino } from 'pino'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { FootnoteError } from '../../../index/errors.ts'
import { openEventStream } from '../../../server/http/event-stream.ts'
import { listen } from '../../../server/http/listen.ts'
import { collect } from '../../support/collect.ts'
import { openWords, serveWords } from '../../support/serve-words.ts'
import { wordVectors } from '../../support/word-vectors.ts'

const QUESTION = 'When do cats sleep?'
const CHAT = { model: 'footnote', messages: [{ role: 'user' as const, content: QUESTION }] }
const KEY = 'correct-horse-battery'

function send(url: string, path: string, body: unknown, options: RequestInit = {}) {
  return fetch(`${url}/v1/${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...options,
  })
}

async function expectError(response: Response, status: number, fields: object = {}) {
  expect(response.status).toBe(status)
  expect(response.headers.get('Content-Type')).toBe('application/json')
  const { error } = Object(await response.json())
  expect(error).toEqual({
    message: expect.stringMatching(/\w/),
    type: expect.any(String),
    param: null,
    code: null,
    ...fields,
  })
}

describe('errors of /v1 are in the shape that clients of OpenAI read', () => {
  test('for a request that is not valid', async () => {
    const url = await serveWords()
    const invalid = { type: 'invalid_request_error' }
    await expectError(await fetch(`${url}/v1/nothing`), 404, invalid)
    const get = await fetch(`${url}/v1/chat/completions`)
    await expectError(get, 405, invalid)
    expect(get.headers.get('Allow')).toBe('POST')
    await expectError(await send(url, 'responses', '{'), 400, invalid)
    const asText = await send(url, 'responses', '{}', { headers: { 'Content-Type': 'text/plain' } })
    await expectError(asText, 415, invalid)
    const history = { role: 'assistant', content: 'x'.repeat(1000 * 1024) }
    const long = { ...CHAT, messages: [...CHAT.messages, history, ...CHAT.messages] }
    expect((await send(url, 'chat/completions', long)).status).toBe(200)
    await expectError(await send(url, 'chat/completions', 'x'.repeat(1025 * 1024)), 413, invalid)
  })

  test('for who may not ask, or asks too much or too early', async () => {
    const url = await serveWords({ apiKeys: [KEY], requestsPerMinute: 1 })
    const code = 'invalid_api_key'
    const keyless = await send(url, 'chat/completions', CHAT)
    await expectError(keyless, 401, { type: 'invalid_request_error', code })
    expect(keyless.headers.get('WWW-Authenticate')).toMatch(/^Bearer/)
    const foreign = { headers: { Origin: 'https://evil.example' } }
    await expectError(await fetch(`${url}/v1/models`, foreign), 403, { type: 'request_forbidden' })
    const withKey = { headers: { Authorization: `Bearer ${KEY}` } }
    expect((await fetch(`${url}/v1/models`, withKey)).status).toBe(200)
    const limited = await fetch(`${url}/v1/models`, withKey)
    await expectError(limited, 429, { type: 'requests', code: 'rate_limit_exceeded' })
    expect(Number(limited.headers.get('Retry-After'))).toBeGreaterThan(0)
    const early = await send(await serveWords({ findService: () => null }), 'responses', {})
    await expectError(early, 503, { type: 'server_error' })
    expect(early.headers.get('Retry-After')).toBe('1')
  })
})

/** Footnote whose reader fails once it is told to. */
async function serveFailing() {
  const inference = wordVectors()
  const state = { fails: false }
  const read: typeof inference.read = (...given) => {
    if (!state.fails) return inference.read(...given)
    return Promise.reject(new FootnoteError('inference-failed', 'A secret of the model.'))
  }
  const url = await serveWords({}, { inference: { ...inference, read } })
  const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'any', maxRetries: 0 })
  return { url, client, state }
}

describe('a question that fails', () => {
  test('has a status of its own as long as nothing was sent', async () => {
    const { url, state } = await serveFailing()
    state.fails = true
    for (const stream of [false, true]) {
      const chat = await send(url, 'chat/completions', { ...CHAT, stream })
      await expectError(chat, 503, { type: 'server_error' })
      expect(chat.headers.get('Retry-After')).toBe('1')
      const response = await send(url, 'responses', { model: 'footnote', input: QUESTION, stream })
      await expectError(response, 503, { type: 'server_error' })
    }
  })

  test('ends a stream that has begun with an error that clients throw', async () => {
    const { client, state } = await serveFailing()
    const first = await client.chat.completions.create(CHAT)
    const content = first.choices[0]?.message.content ?? ''
    const messages = [
      ...CHAT.messages,
      { role: 'assistant' as const, content },
      { role: 'user' as const, content: 'And when do they hunt?' },
    ]
    state.fails = true
    const chat = await client.chat.completions.create({ ...CHAT, messages, stream: true })
    await expect(collect(chat)).rejects.toThrow('The question was interrupted. Ask it again.')
    const input = messages
    const response = await client.responses.create({ model: 'footnote', input, stream: true })
    await expect(collect(response)).rejects.toThrow('The question was interrupted. Ask it again.')
  })
})

test('a question whose client leaves is abandoned, before and after the stream has begun', async () => {
  const inference = wordVectors()
  const state = { hangs: false }
  const read: typeof inference.read = (...given) =>
    state.hangs ? new Promise(() => {}) : inference.read(...given)
  const { app, service } = await openWords({}, { inference: { ...inference, read } })
  const server = await listen(app, { host: '127.0.0.1', port: 0 })
  onTestFinished(() => server.stop())
  const client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'any', maxRetries: 0 })
  const running = () => service.status().questions.running
  state.hangs = true

  const leaving = new AbortController()
  const { signal } = leaving
  const asked = client.chat.completions.create({ ...CHAT, stream: true }, { signal })
  const refusal = asked.then(
    () => null,
    (error: unknown) => error,
  )
  await vi.waitFor(() => expect(running()).toBe(1))
  leaving.abort()
  await vi.waitFor(() => expect(running()).toBe(0))
  expect(await refusal).toBeInstanceOf(APIUserAbortError)

  const messages = [...CHAT.messages, { role: 'user' as const, content: 'And when do they hunt?' }]
  const stream = await client.chat.completions.create({ ...CHAT, messages, stream: true })
  for await (const chunk of stream) {
    if (chunk.choices[0]?.delta.content?.startsWith('Read as: ')) break
  }
  await vi.waitFor(() => expect(running()).toBe(0))
})

test('a stream sends comments while nothing else is sent, and ends with its last event', async () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const opening = openEventStream({
    signal: new AbortController().signal,
    write: async (event) => {
      await new Promise((resolve) => setTimeout(resolve, 25_000))
      event('data: late\n\n')
      throw new Error('afterwards')
    },
    fail: async (error, event) => event(`data: ${String(error)}\n\n`),
  })
  await vi.advanceTimersByTimeAsync(30_000)
  const text = await new Response(await opening).text()
  expect(text).toBe(': waiting\n\n: waiting\n\ndata: late\n\ndata: Error: afterwards\n\n')
  expect(vi.getTimerCount()).toBe(0)
})

test('the log has no id that continues a conversation', async () => {
  const lines: string[] = []
  const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(line) })
  const url = await serveWords({ log })
  const given = await send(url, 'responses', { model: 'footnote', input: QUESTION, store: true })
  const { id } = Object(await given.json())
  await expectError(await fetch(`${url}/v1/responses/${id}`), 404, {
    type: 'invalid_request_error',
  })
  expect(lines.join('')).toContain('/v1/responses/{id}')
  expect(lines.join('')).not.toContain(String(id).slice('resp_'.length, -8))
})

test('a chat is kept only if that is asked for', async () => {
  const url = await serveWords()
  const statuses: number[] = []
  for (const store of [true, false]) {
    const given = await send(url, 'chat/completions', { ...CHAT, store })
    const id = String(Object(await given.json()).id)
    const conversationId = id.slice('chatcmpl-'.length, -8)
    statuses.push((await fetch(`${url}/conversations/${conversationId}`)).status)
  }
  expect(statuses).toEqual([200, 404])
})

test('addresses are those at which people reach the server', async () => {
  const url = await serveWords({ publicUrl: 'https://docs.example' })
  const given = await send(url, 'responses', { model: 'footnote', input: QUESTION })
  expect(await given.text()).toContain('(https://docs.example/documents/cats?start=0')
})
