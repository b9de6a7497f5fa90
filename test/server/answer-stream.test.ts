import { connect } from 'node:net'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { FootnoteError } from '../../index/errors.ts'
import { answer } from '../../server/answer/answer-schema.ts'
import { listen } from '../../server/http/listen.ts'
import { eventsIn } from '../support/event-stream.ts'
import { gate, heldModels } from '../support/held-models.ts'
import { openWords, post, serveWords } from '../support/serve-words.ts'
import { wordVectors } from '../support/word-vectors.ts'

const EVENTS = { Accept: 'text/event-stream' }
const QUESTION = { question: 'When do cats sleep?' }
const KEY = 'correct-horse-battery'
const REFUSED = { question: 'How do I reset my password?' }

async function streamed(url: string, body: unknown, headers: Record<string, string> = {}) {
  const response = await post(url, body, { ...EVENTS, ...headers })
  return { response, events: eventsIn(await response.text()) }
}

const bearer = (key: string) => ({ Authorization: `Bearer ${key}` })

/** What a client gets where the reader fails, which is after the reading is known. */
async function failing(error: Error) {
  const read = async () => {
    throw error
  }
  const url = await serveWords({}, { inference: { ...wordVectors(), read } })
  const response = await post(url, QUESTION, EVENTS)
  return { status: response.status, text: await response.text() }
}

/** Sends a request as curl does, over a socket of its own. */
function sendBare(url: string, body: unknown) {
  const { hostname, port, host } = new URL(url)
  const json = JSON.stringify(body)
  const socket = connect(Number(port), hostname)
  onTestFinished(() => void socket.destroy())
  let received = ''
  socket.on('data', (chunk) => {
    received += chunk.toString()
  })
  socket.write(
    `POST /ask HTTP/1.1\r\nHost: ${host}\r\nAccept: text/event-stream\r\nContent-Type: application/json\r\nContent-Length: ${json.length}\r\n\r\n${json}`,
  )
  return { socket, received: () => received }
}

describe('an answer as events', () => {
  test('is its reading, its quotes, and at its end all that the JSON answer has', async () => {
    const url = await serveWords()
    const plain = answer.parse(await (await post(url, QUESTION)).json())
    const { response, events } = await streamed(url, QUESTION)
    expect(response.status).toBe(200)
    expect(response.headers.get('Content-Type')).toBe('text/event-stream; charset=utf-8')
    expect(response.headers.get('Cache-Control')).toBe('no-store')
    expect(response.headers.get('X-Accel-Buffering')).toBe('no')
    const end = { ...plain, conversationId: expect.stringMatching(/^[\w-]{22,}$/) }
    expect(events).toEqual([
      { event: 'reading', data: { interpretedAs: QUESTION.question } },
      ...plain.quotes.map((data) => ({ event: 'quote', data })),
      { event: 'end', data: end },
    ])
    expect(plain.quotes.length).toBeGreaterThan(0)
  })

  test('says how a follow-up was read, and has its explanation if asked', async () => {
    const url = await serveWords()
    const { conversationId } = answer.parse(await (await post(url, QUESTION)).json())
    const asked = { question: 'When do they hunt?', conversationId, explain: true }
    const { events } = await streamed(url, asked)
    const [reading] = events
    const end = events.at(-1)
    expect(reading).toMatchObject({
      event: 'reading',
      data: { interpretedAs: expect.stringContaining('hunt') },
    })
    expect(end).toMatchObject({ event: 'end', data: { conversationId } })
    expect(end?.data).toMatchObject({ explanation: { decidedBy: expect.any(String) } })
    expect(end?.data).toMatchObject(reading?.data ?? {})
  })

  test('that refuses has no quote, and the closest ones at its end', async () => {
    const { events } = await streamed(await serveWords(), REFUSED)
    expect(events.map(({ event }) => event)).toEqual(['reading', 'end'])
    const closest: unknown = expect.arrayContaining([expect.objectContaining({ number: 1 })])
    expect(events[1]?.data).toMatchObject({ answered: false, quotes: [], closest })
  })

  test('to small talk is its end only', async () => {
    const { events } = await streamed(await serveWords(), { question: 'Thank you!' })
    expect(events.map(({ event }) => event)).toEqual(['end'])
  })

  test('of GET is the same', async () => {
    const url = await serveWords()
    const address = `${url}/ask?question=When+do+cats+sleep`
    const events = eventsIn(await (await fetch(address, { headers: EVENTS })).text())
    expect(events.map(({ event }) => event)).toEqual(['reading', 'quote', 'end'])
  })

  test('tells its reading over a bare socket while the search still runs', async () => {
    const held = gate()
    const url = await serveWords({}, { inference: heldModels(held) })
    const { received } = sendBare(url, QUESTION)
    await vi.waitUntil(() => received().includes('event: reading'))
    const before = received()
    held.open()
    await vi.waitUntil(() => received().includes('event: end'))
    expect(before).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
    expect(before).not.toContain('event: quote')
    expect(received().indexOf('event: quote')).toBeLessThan(received().indexOf('event: end'))
  })

  test('is preceded by comments while its question waits', async () => {
    const held = gate()
    const given = { inference: heldModels(held), queue: { concurrency: 1 } }
    const url = await serveWords({}, given)
    const before = sendBare(url, REFUSED)
    await vi.waitUntil(() => before.received().includes('event: reading'))
    vi.useFakeTimers({ toFake: ['setInterval'] })
    onTestFinished(() => void vi.useRealTimers())
    const { received } = sendBare(url, QUESTION)
    await vi.waitUntil(() => vi.getTimerCount() > 0, { interval: 5 })
    vi.advanceTimersByTime(15_000)
    vi.useRealTimers()
    await vi.waitUntil(() => received().includes(': waiting'))
    expect(received()).not.toContain('event:')
    held.open()
    await vi.waitUntil(() => received().includes('event: end'))
    expect(received().indexOf(': waiting')).toBeLessThan(received().indexOf('event: reading'))
  })

  test('is sent to two clients that ask the same at once', async () => {
    const held = gate()
    const url = await serveWords({}, { inference: heldModels(held) })
    const both = Promise.all([streamed(url, QUESTION), streamed(url, QUESTION)])
    held.open()
    const [one, other] = await both
    expect(one.events.map(({ event }) => event)).toEqual(['reading', 'quote', 'end'])
    expect(other.events.slice(0, 2)).toEqual(one.events.slice(0, 2))
    const ids = [one, other].map(({ events }) => Object(events.at(-1)?.data).conversationId)
    expect(ids[0]).not.toBe(ids[1])
  })
})

describe('JSON is what a client gets that asks for', () => {
  test.each([
    '*/*',
    'application/json',
    'text/html, */*;q=0.8',
    'application/json, text/event-stream',
    'application/json, text/event-stream;q=0.5',
  ])('%s', async (accept) => {
    const response = await post(await serveWords(), QUESTION, { Accept: accept })
    expect(response.headers.get('Content-Type')).toBe('application/json')
    expect(answer.parse(await response.json()).answered).toBe(true)
  })
})

describe('an error before the first event is a problem with its status', () => {
  test.each([
    [400, { question: '' }],
    [404, { ...QUESTION, conversationId: 'x'.repeat(22) }],
    [404, { ...QUESTION, documents: ['nothing'] }],
  ])('%i', async (status, body) => {
    const response = await post(await serveWords(), body, EVENTS)
    expect(response.status).toBe(status)
    expect(response.headers.get('Content-Type')).toBe('application/problem+json')
    expect(await response.json()).toMatchObject({ status })
  })

  test('401 without a key and with a wrong one', async () => {
    const url = await serveWords({ apiKeys: [KEY] })
    expect((await post(url, QUESTION, EVENTS)).status).toBe(401)
    expect((await post(url, QUESTION, { ...EVENTS, ...bearer('wrong') })).status).toBe(401)
    const { events } = await streamed(url, QUESTION, bearer(KEY))
    expect(events.at(-1)?.event).toBe('end')
  })

  test('503 where too many questions wait, and before the index is loaded', async () => {
    const held = gate()
    const queue = { concurrency: 1, maxWaiting: 0 }
    const busy = await serveWords({}, { inference: heldModels(held), queue })
    const first = sendBare(busy, QUESTION)
    await vi.waitUntil(() => first.received().includes('event: reading'))
    const refused = await post(busy, REFUSED, EVENTS)
    held.open()
    const starting = await post(await serveWords({ findService: () => null }), QUESTION, EVENTS)
    for (const response of [refused, starting]) {
      expect(response.status).toBe(503)
      expect(Number(response.headers.get('Retry-After'))).toBeGreaterThan(0)
    }
  })
})

describe('an error after the first event', () => {
  test('is an event with the problem, and says when to try again', async () => {
    const { status, text } = await failing(new FootnoteError('inference-failed', 'secret'))
    expect(status).toBe(200)
    const events = eventsIn(text)
    expect(events.map(({ event }) => event)).toEqual(['reading', 'error'])
    expect(events[1]?.data).toMatchObject({
      status: 503,
      detail: expect.stringContaining('interrupted'),
    })
    expect(text).toMatch(/^retry: 1000$/m)
    expect(text).not.toContain('secret')
  })

  test('that nobody expected tells nothing internal', async () => {
    const { text } = await failing(new Error('secret'))
    expect(eventsIn(text)[1]?.data).toMatchObject({ status: 500 })
    expect(text).not.toMatch(/secret|retry:/)
  })
})

describe('a client that leaves', () => {
  test.each(['while its question runs', 'while its question waits'])(
    '%s leaves nothing in the queue',
    async (when) => {
      const held = gate()
      onTestFinished(held.open)
      const given = { inference: heldModels(held), queue: { concurrency: 1 } }
      const { app, service } = await openWords({}, given)
      const server = await listen(app, { host: '127.0.0.1', port: 0 })
      onTestFinished(() => server.stop())
      const counts = () => service.status().questions
      const before = sendBare(server.url, REFUSED)
      await vi.waitUntil(() => before.received().includes('event: reading'))
      const waits = sendBare(server.url, QUESTION)
      await vi.waitUntil(() => counts().waiting === 1)
      const leaving = when.endsWith('runs') ? before : waits
      leaving.socket.destroy()
      await vi.waitUntil(() => counts().waiting === 0)
      expect(counts().running).toBe(1)
      before.socket.destroy()
      waits.socket.destroy()
      await vi.waitUntil(() => counts().running === 0)
      expect(counts()).toEqual({ waiting: 0, running: 0 })
    },
  )
})
