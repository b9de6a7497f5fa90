import { EventEmitter, once } from 'node:events'
import { request } from 'node:http'
import { connect } from 'node:net'
import { pino } from 'pino'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { FootnoteError } from '../../index/errors.ts'
import { answer } from '../../server/answer/answer-schema.ts'
import { HOSTILE, post, serveWords } from '../support/serve-words.ts'
import { wordVectors } from '../support/word-vectors.ts'

const openApi = z.looseObject({ paths: z.record(z.string(), z.unknown()) })
const JSON_PLEASE = { headers: { Accept: 'application/json' } }
const QUESTION = { question: 'When do cats sleep?' }

async function expectProblem(response: Response, status: number) {
  expect(response.status).toBe(status)
  expect(response.headers.get('Content-Type')).toBe('application/problem+json')
  expect(response.headers.get('X-Request-Id')).toMatch(/^[\w-]{10,}$/)
  const body: unknown = await response.json()
  expect(body).toMatchObject({ type: 'about:blank', status })
  expect(JSON.stringify(body)).not.toMatch(/node_modules|\.ts\b|SELECT|\/tmp\//)
  return body
}

describe('POST /ask', () => {
  test('gives the quotes with their citations', async () => {
    const url = await serveWords()
    const response = await post(url, QUESTION)
    expect(response.status).toBe(200)
    const body = answer.parse(await response.json())
    expect(body).toMatchObject({
      answered: true,
      answer: '“Cats sleep all day. They hunt at night.” [1]',
      interpretedAs: 'When do cats sleep?',
      closest: [],
    })
    expect(body.quotes[0]).toMatchObject({
      number: 1,
      text: 'Cats sleep all day. They hunt at night.',
      citation: {
        documentId: 'cats',
        title: 'cats',
        author: 'Ann',
        date: '2020-01-02',
        publisher: null,
        source: null,
        start: 0,
        end: 39,
        paragraph: 1,
        heading: null,
        page: null,
        url: '/documents/cats?start=0&end=39',
      },
      passage: { text: 'Cats sleep all day. They hunt at night.', start: 0, end: 39 },
    })
    const opened = await fetch(url + body.quotes[0]?.citation.url, JSON_PLEASE)
    expect(await opened.json()).toMatchObject({
      quote: { text: 'Cats sleep all day. They hunt at night.' },
    })
  })

  test('says so where nothing answers, with what comes closest', async () => {
    const response = await post(await serveWords(), { question: 'How do I reset my password?' })
    expect(response.status).toBe(200)
    const body = answer.parse(await response.json())
    expect(body).toMatchObject({ answered: false, quotes: [] })
    expect(body.answer).toMatch(/^The documents do not answer/)
    expect(body.closest.length).toBeGreaterThan(0)
  })

  test('gives a conversation id that nobody guesses, and takes it back', async () => {
    const url = await serveWords()
    const first = answer.parse(await (await post(url, QUESTION)).json())
    const second = answer.parse(await (await post(url, QUESTION)).json())
    expect(first.conversationId).toMatch(/^[\w-]{22,}$/)
    expect(second.conversationId).not.toBe(first.conversationId)
    const { conversationId } = first
    const third = await post(url, { ...QUESTION, conversationId })
    expect(await third.json()).toMatchObject({ conversationId })
  })

  test('tells what each stage took, and with explain what it made of each candidate', async () => {
    const response = await post(await serveWords(), { ...QUESTION, explain: true })
    const timing = response.headers.get('Server-Timing')
    for (const stage of ['embed', 'search', 'rerank', 'total']) {
      expect(timing).toMatch(new RegExp(`\\b${stage};dur=\\d`))
    }
    const { explanation } = answer.parse(await response.json())
    expect(explanation?.decidedBy).toBe('ranking')
    expect(explanation?.candidates.map(({ outcome }) => outcome)).toContain('quoted')
    expect(
      answer.parse(await (await post(await serveWords(), QUESTION)).json()),
    ).not.toHaveProperty('explanation')
  })

  test('answers from the documents that are named', async () => {
    const response = await post(await serveWords(), { ...QUESTION, documents: ['hostile'] })
    expect(await response.json()).toMatchObject({ answered: false })
  })

  test('GET does the same', async () => {
    const url = await serveWords()
    const query = new URLSearchParams({
      question: 'When do cats sleep?',
      maxQuotes: '1',
      documents: 'cats,hostile',
      explain: 'true',
    })
    const response = await fetch(`${url}/ask?${query.toString()}`)
    expect(await response.json()).toMatchObject({
      quotes: [{ text: 'Cats sleep all day. They hunt at night.' }],
      explanation: { decidedBy: 'ranking' },
    })
  })
})

describe('documents', () => {
  test('are listed, shown and given as text', async () => {
    const url = await serveWords()
    const list = await (await fetch(`${url}/documents`)).json()
    expect(list).toMatchObject([
      { id: 'cats', title: 'cats', author: 'Ann', characters: 40, paragraphs: 1 },
      { id: 'hostile', title: HOSTILE },
    ])
    const text = await fetch(`${url}/documents/cats/text`)
    expect(text.headers.get('Content-Type')).toBe('text/plain; charset=utf-8')
    expect(await text.text()).toBe('Cats sleep all day. They hunt at night.\n')
  })

  test('are never sent as markup', async () => {
    const url = await serveWords()
    for (const path of ['/documents', '/documents/hostile', '/documents/hostile/text']) {
      const { headers } = await fetch(url + path, JSON_PLEASE)
      expect(headers.get('Content-Type')).not.toContain('html')
      expect(headers.get('X-Content-Type-Options')).toBe('nosniff')
    }
  })

  test.each([
    'start=5',
    'start=9&end=5',
    'start=5&end=5',
    'start=-1&end=5',
    'start=0&end=9999',
    'x=1',
  ])('a range that is none is refused: %s', async (query) => {
    const url = await serveWords()
    await expectProblem(await fetch(`${url}/documents/cats?${query}`, JSON_PLEASE), 400)
  })
})

describe('errors', () => {
  test.each([
    [{}, 'question'],
    [{ question: ' \n ' }, 'question'],
    [{ question: 'x'.repeat(1001) }, 'question'],
    [{ question: 7 }, 'question'],
    [{ question: '?!\u0000\u200B' }, 'question'],
    [{ ...QUESTION, maxQuotes: 0 }, 'maxQuotes'],
    [{ ...QUESTION, maxQuotes: 11 }, 'maxQuotes'],
    [{ ...QUESTION, maxQuotes: 1.5 }, 'maxQuotes'],
    [{ ...QUESTION, explain: 'yes' }, 'explain'],
    [{ ...QUESTION, documents: [] }, 'documents'],
    [{ ...QUESTION, documents: ['cats', 'nothing'] }, 'documents.1'],
    [{ ...QUESTION, conversationId: '../x' }, 'conversationId'],
  ])('400 names the wrong field: %j', async (body, path) => {
    const problem = await expectProblem(await post(await serveWords(), body), 400)
    expect(problem).toMatchObject({ errors: [{ path }] })
  })

  test('400 for a field that nobody knows, a body that is no JSON, and no body', async () => {
    const url = await serveWords()
    const unknown = await expectProblem(await post(url, { ...QUESTION, top: 3 }), 400)
    expect(JSON.stringify(unknown)).toContain('top')
    await expectProblem(await post(url, '{"question":'), 400)
    await expectProblem(await post(url, ''), 400)
    await expectProblem(await fetch(`${url}/ask`), 400)
    await expectProblem(await fetch(`${url}/ask?question=a&max=1`), 400)
  })

  test('a question of just 1,000 characters is taken', async () => {
    expect((await post(await serveWords(), { question: 'x'.repeat(1000) })).status).toBe(200)
  })

  test('401 without a key, where keys are asked for', async () => {
    const key = 'correct-horse-battery'
    const url = await serveWords({ apiKeys: ['another-key-of-some-length', key] })
    for (const headers of [{}, { Authorization: 'Bearer wrong' }, { Authorization: key }]) {
      const response = await post(url, QUESTION, headers)
      expect(response.headers.get('WWW-Authenticate')).toMatch(/^Bearer/)
      await expectProblem(response, 401)
    }
    for (const path of [
      '/ask?question=x',
      '/documents',
      '/documents/cats',
      '/documents/cats/text',
    ]) {
      await expectProblem(await fetch(url + path), 401)
    }
    expect((await post(url, QUESTION, { Authorization: `Bearer ${key}` })).status).toBe(200)
    expect((await fetch(`${url}/health`)).status).toBe(200)
  })

  test('403 for a page of another origin, and for a foreign name that points here', async () => {
    const url = await serveWords({ allowedOrigins: ['https://friend.example'] })
    await expectProblem(await post(url, QUESTION, { Origin: 'https://evil.example' }), 403)
    const friend = await post(url, QUESTION, { Origin: 'https://friend.example' })
    expect(friend.status).toBe(200)
    expect(friend.headers.get('Access-Control-Allow-Origin')).toBe('https://friend.example')
    // A frame or a link on a foreign page may show a document, and may not ask.
    const navigate = { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate' }
    expect(await statusWith(`${url}/documents/cats`, navigate)).toBe(200)
    expect(await statusWith(`${url}/ask?question=x`, navigate)).toBe(403)
    expect(await statusWith(`${url}/health`, { host: 'evil.example' })).toBe(403)
    expect(await statusWith(`${url}/health`, { host: new URL(url).host })).toBe(200)
  })

  test('404 for an address or a document that is not there', async () => {
    const url = await serveWords()
    for (const path of ['/nothing', '/documents/nothing', '/documents/nothing/text']) {
      await expectProblem(await fetch(url + path), 404)
    }
    await expectProblem(await fetch(`${url}/documents/..%2f..%2fetc%2fpasswd/text`), 404)
  })

  test('405 for a method that an address does not take', async () => {
    const url = await serveWords()
    const response = await fetch(`${url}/documents`, { method: 'DELETE' })
    expect(response.headers.get('Allow')).toContain('GET')
    await expectProblem(response, 405)
  })

  test('413 for a body over 64 KiB, announced or not', async () => {
    const url = await serveWords()
    const large = JSON.stringify({ question: 'x'.repeat(70_000) })
    await expectProblem(await post(url, large), 413)
    const body = new Blob([large]).stream()
    const headers = { 'Content-Type': 'application/json' }
    const options = { method: 'POST', body, headers, duplex: 'half' } as const
    await expectProblem(await fetch(`${url}/ask`, options), 413)
  })

  test('415 for a body that is not sent as JSON', async () => {
    const url = await serveWords()
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonx']) {
      await expectProblem(await post(url, QUESTION, { 'Content-Type': type }), 415)
    }
    const charset = { 'Content-Type': 'application/json; charset=utf-8' }
    expect((await post(url, QUESTION, charset)).status).toBe(200)
  })

  test('429 with Retry-After for too many questions in a minute', async () => {
    const url = await serveWords({ rateLimit: 2 })
    await post(url, QUESTION)
    await post(url, QUESTION)
    const response = await post(url, QUESTION)
    expect(Number(response.headers.get('Retry-After'))).toBeGreaterThan(0)
    await expectProblem(response, 429)
    expect((await fetch(`${url}/health`)).status).toBe(200)
  })

  test('503 with Retry-After, at once, where too many wait already', async () => {
    const gate = new EventEmitter()
    const held = once(gate, 'open')
    const entered = once(gate, 'entered')
    const slow = {
      ...wordVectors(),
      score: async () => {
        gate.emit('entered')
        await held
        return [9]
      },
    }
    const queue = { concurrency: 1, maxWaiting: 0 }
    const url = await serveWords({}, { inference: slow, queue })
    const first = post(url, { ...QUESTION, documents: ['hostile'] })
    await entered
    const refused = await post(url, { question: 'Do owls fly?' })
    expect(Number(refused.headers.get('Retry-After'))).toBeGreaterThan(0)
    await expectProblem(refused, 503)
    gate.emit('open')
    expect((await first).status).toBe(200)
  })

  test('503 where an answer takes too long, which holds up no other', async () => {
    const slow = wordVectors()
    const never = { ...slow, score: () => new Promise<number[]>(() => {}) }
    const queue = { concurrency: 1, timeLimitMs: 200 }
    const url = await serveWords({}, { inference: never, queue })
    await expectProblem(await post(url, QUESTION), 503)
    const talk = await post(url, { question: 'thanks' })
    expect(talk.status).toBe(200)
  })

  test('a question whose asker is gone is not answered, nor remembered', async () => {
    const models = wordVectors()
    const gate = new EventEmitter()
    const held = once(gate, 'open')
    const slow = {
      ...models,
      score: (...of: Parameters<typeof models.score>) => held.then(() => models.score(...of)),
    }
    const url = await serveWords({}, { inference: slow, queue: { concurrency: 1 } })
    const { conversationId } = answer.parse(await (await post(url, { question: 'hi' })).json())
    const leave = ['When do cats hunt?', 'Do owls fly?'].map((question) => {
      const aborter = new AbortController()
      const asked = post(url, { question, conversationId }, {}, aborter.signal)
      return async () => {
        await pause()
        aborter.abort()
        await expect(asked).rejects.toThrow(/abort/)
        // The server is told by the socket.
        await pause()
      }
    })
    for (const leaveOne of leave.toReversed()) await leaveOne()
    gate.emit('open')
    expect((await post(url, { ...QUESTION, conversationId })).status).toBe(200)
    const kept: unknown = await (await fetch(`${url}/conversations/${conversationId}`)).json()
    expect(kept).toMatchObject({ turns: [{ question: 'hi' }, { question: QUESTION.question }] })
    // Nothing was done for the one that waited.
    expect(slow.embedded).toBe(2)
  })

  test('a body that is cut off is no failure of the server', async () => {
    const lines: string[] = []
    const log = pino({ level: 'info' }, { write: (line) => void lines.push(line) })
    const { port } = new URL(await serveWords({ log }))
    const socket = connect(Number(port), '127.0.0.1')
    socket.write(
      'POST /ask HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"q',
    )
    await pause()
    socket.destroy()
    await expect.poll(() => lines.length).toBe(1)
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ msg: 'request', status: 400 })
  })

  test('503 with Retry-After until everything is loaded', async () => {
    const url = await serveWords({ service: () => null })
    for (const path of ['/ready', '/ask?question=x', '/documents', '/documents/cats/text']) {
      const response = await fetch(url + path)
      expect(response.headers.get('Retry-After')).toBe('1')
      await expectProblem(response, 503)
    }
    expect((await fetch(`${url}/health`)).status).toBe(200)
  })

  test('503 where a model process died, 500 for what nobody expects, and nothing internal in either', async () => {
    const died = new FootnoteError('inference-failed', 'died', new Error('/tmp/secret.ts'))
    const interrupted = await serveWords({}, { inference: failing(died) })
    await expectProblem(await post(interrupted, QUESTION), 503)
    const broken = await serveWords(
      {},
      { inference: failing(new Error('SELECT * FROM /tmp/x.ts')) },
    )
    await expectProblem(await post(broken, QUESTION), 500)
  })
})

test('the id of a request is taken from a proxy that gave it one', async () => {
  const url = await serveWords()
  const response = await fetch(`${url}/health`, { headers: { 'X-Request-Id': 'from-the-proxy-1' } })
  expect(response.headers.get('X-Request-Id')).toBe('from-the-proxy-1')
})

test('the API description is made from the schemas, and names every route', async () => {
  const url = await serveWords()
  const description = openApi.parse(await (await fetch(`${url}/openapi.json`)).json())
  expect(Object.keys(description.paths).toSorted()).toEqual([
    '/ask',
    '/conversations/{id}',
    '/documents',
    '/documents/{id}',
    '/documents/{id}/text',
    '/feedback',
    '/health',
    '/metrics',
    '/ready',
  ])
  expect(description).toMatchObject({
    openapi: '3.1.0',
    components: { schemas: { Question: { additionalProperties: false } } },
  })
})

test('the page to try the API on asks nobody else for anything', async () => {
  const url = await serveWords()
  const page = await (await fetch(`${url}/docs`)).text()
  const assets = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => address ?? '')
  expect(assets).toHaveLength(3)
  for (const asset of assets) {
    expect(asset).toMatch(/^\//)
    expect((await fetch(url + asset)).status).toBe(200)
  }
})

function failing(error: Error) {
  return {
    ...wordVectors(),
    embed: async () => {
      throw error
    },
  }
}

/** Long enough for a request to come in, or for its end to be noticed. */
function pause(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 150)
  })
}

/** As `fetch` cannot ask: it sets some headers itself. */
function statusWith(url: string, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(url, { headers }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
      .on('error', reject)
      .end()
  })
}

async function say(url: string, question: string, conversationId?: string) {
  const response = await post(url, { question, ...(conversationId && { conversationId }) })
  expect(response.status).toBe(200)
  return answer.parse(await response.json())
}

describe('a conversation', () => {
  test('is kept with its turns, and forgotten when that is asked for', async () => {
    const url = await serveWords()
    const { conversationId } = await say(url, 'When do cats sleep?')
    await say(url, 'thanks', conversationId)
    const address = `${url}/conversations/${conversationId}`
    expect(await (await fetch(address)).json()).toMatchObject({
      id: conversationId,
      turns: [
        { question: 'When do cats sleep?', answered: true, quotes: [{ number: 1 }] },
        { question: 'thanks', answered: false, answer: 'You are welcome.' },
      ],
    })
    expect((await fetch(address, { method: 'DELETE' })).status).toBe(204)
    await expectProblem(await fetch(address), 404)
    await expectProblem(await fetch(address, { method: 'DELETE' }), 404)
    await expectProblem(await post(url, { ...QUESTION, conversationId }), 404)
  })

  test('reads what leans on it, and what stands alone as it was typed', async () => {
    const url = await serveWords()
    const { conversationId } = await say(url, 'When do the cats sleep?')
    const leaning = await say(url, 'When do they hunt?', conversationId)
    expect(leaning.interpretedAs).toBe('When do the cats hunt?')
    expect(leaning.quotes[0]?.text).toContain('They hunt at night.')
    const alone = 'Which owls does Ann know?'
    expect((await say(url, alone, conversationId)).interpretedAs).toBe(alone)
    expect((await say(url, 'When do they hunt?')).interpretedAs).toBe('When do they hunt?')
  })

  test('two at once do not mix', async () => {
    const url = await serveWords()
    const [cats, owls] = await Promise.all([
      say(url, 'When do the cats sleep?'),
      say(url, 'Do the owls sleep?'),
    ])
    const replies = await Promise.all([
      say(url, 'When do they hunt?', cats.conversationId),
      say(url, 'When do they hunt?', owls.conversationId),
    ])
    expect(replies.map(({ interpretedAs }) => interpretedAs)).toEqual([
      'When do the cats hunt?',
      'When do the owls hunt?',
    ])
  })

  test('gives further quotes for "more", until there are none', async () => {
    const url = await serveWords()
    const asked = await post(url, { question: 'cats', maxQuotes: 1 })
    const { conversationId, quotes } = answer.parse(await asked.json())
    const more = await say(url, 'more', conversationId)
    const shown = quotes.map(({ text }) => text)
    for (const { text } of more.quotes) expect(shown).not.toContain(text)
    expect(await say(url, 'more', conversationId)).toMatchObject({
      answered: false,
      answer: 'There is nothing more on this in the documents.',
      quotes: [],
    })
  })

  test('needs a key where questions do', async () => {
    const url = await serveWords({ apiKeys: ['a-key-of-16-or-more'] })
    await expectProblem(await fetch(`${url}/conversations/none`), 401)
  })
})
