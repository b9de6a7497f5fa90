import { EventEmitter, once } from 'node:events'
import { request } from 'node:http'
import { connect } from 'node:net'
import { pino } from 'pino'
import { describe, expect, test } from 'vitest'
import { FootnoteError } from '../../index/errors.ts'
import { answer } from '../../server/answer/answer-schema.ts'
import type { SlackBot } from '../../server/slack/bot.ts'
import { expectProblem } from '../support/problem.ts'
import { post, serveWords } from '../support/serve-words.ts'
import { wordVectors } from '../support/word-vectors.ts'

const nothing = async () => {}
const QUESTION = { question: 'When do cats sleep?' }

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
    [{ ...QUESTION, conversationId: '../x' }, 'conversationId'],
  ])('400 names the wrong field: %j', async (body, path) => {
    const problem = await expectProblem(await post(await serveWords(), body), 400)
    expect(problem).toMatchObject({ errors: [{ path }] })
  })

  test('400 for an unknown field, a body that is not JSON, and a missing body', async () => {
    const url = await serveWords()
    const unknown = await expectProblem(await post(url, { ...QUESTION, top: 3 }), 400)
    expect(JSON.stringify(unknown)).toContain('top')
    await expectProblem(await post(url, '{"question":'), 400)
    await expectProblem(await post(url, ''), 400)
    await expectProblem(await fetch(`${url}/ask`), 400)
    await expectProblem(await fetch(`${url}/ask?question=a&max=1`), 400)
  })

  test.each(['x', '\u{20000}'])(
    'a question of just 1,000 characters is taken: %s',
    async (char) => {
      expect((await post(await serveWords(), { question: char.repeat(1000) })).status).toBe(200)
    },
  )

  test('401 without a key where keys are set', async () => {
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

  test('403 for a page of another origin, and for a foreign host name that points to this server', async () => {
    const url = await serveWords({ allowedOrigins: ['https://friend.example'] })
    await expectProblem(await post(url, QUESTION, { Origin: 'https://evil.example' }), 403)
    const friend = await post(url, QUESTION, { Origin: 'https://friend.example' })
    expect(friend.status).toBe(200)
    expect(friend.headers.get('Access-Control-Allow-Origin')).toBe('https://friend.example')
    // A frame or a link on a foreign page may show a document, but may not ask a question.
    const navigate = { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate' }
    expect(await statusWith(`${url}/documents/cats`, navigate)).toBe(200)
    expect(await statusWith(`${url}/ask?question=x`, navigate)).toBe(403)
    expect(await statusWith(`${url}/health`, { host: 'evil.example' })).toBe(403)
    expect(await statusWith(`${url}/health`, { host: new URL(url).host })).toBe(200)
  })

  test('404 for an unknown address or document', async () => {
    const url = await serveWords()
    for (const path of ['/nothing', '/documents/nothing', '/documents/nothing/text']) {
      await expectProblem(await fetch(url + path), 404)
    }
    await expectProblem(await fetch(`${url}/documents/..%2f..%2fetc%2fpasswd/text`), 404)
  })

  test('404 names the documents that do not exist', async () => {
    const url = await serveWords()
    const documents = ['cats', 'nothing']
    const problem = await expectProblem(await post(url, { ...QUESTION, documents }), 404)
    expect(problem).toMatchObject({ errors: [{ path: 'documents.1' }] })
  })

  test('405 for a method that an address does not support', async () => {
    const url = await serveWords()
    const response = await fetch(`${url}/documents`, { method: 'DELETE' })
    expect(response.headers.get('Allow')).toContain('GET')
    await expectProblem(response, 405)
  })

  test('413 also where the body is far too large to be in flight', async () => {
    const url = await serveWords()
    const large = JSON.stringify({ question: 'x'.repeat(8 * 2 ** 20) })
    const sent = Array.from({ length: 5 }, () => post(url, large))
    for (const response of await Promise.all(sent)) await expectProblem(response, 413)
  })

  test('413 for a body over 64 KiB, with or without Content-Length', async () => {
    const url = await serveWords()
    const large = JSON.stringify({ question: 'x'.repeat(70_000) })
    await expectProblem(await post(url, large), 413)
    const body = new Blob([large]).stream()
    const headers = { 'Content-Type': 'application/json' }
    const options = { method: 'POST', body, headers, duplex: 'half' } as const
    await expectProblem(await fetch(`${url}/ask`, options), 413)
  })

  test('415 for a body without a JSON content type', async () => {
    const url = await serveWords()
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonx']) {
      await expectProblem(await post(url, QUESTION, { 'Content-Type': type }), 415)
    }
    const charset = { 'Content-Type': 'application/json; charset=utf-8' }
    expect((await post(url, QUESTION, charset)).status).toBe(200)
  })

  test('429 with Retry-After for too many questions in a minute', async () => {
    const url = await serveWords({ requestsPerMinute: 2 })
    await post(url, QUESTION)
    await post(url, QUESTION)
    const response = await post(url, QUESTION)
    expect(Number(response.headers.get('Retry-After'))).toBeGreaterThan(0)
    await expectProblem(response, 429)
    expect((await fetch(`${url}/health`)).status).toBe(200)
  })

  test('503 with Retry-After at once where too many questions wait', async () => {
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

  test('503 for a question over its time limit, which does not delay others', async () => {
    const slow = wordVectors()
    const never = { ...slow, score: () => new Promise<number[]>(() => {}) }
    const queue = { concurrency: 1, timeLimitMs: 200 }
    const url = await serveWords({}, { inference: never, queue })
    await expectProblem(await post(url, QUESTION), 503)
    const talk = await post(url, { question: 'thanks' })
    expect(talk.status).toBe(200)
  })

  test('a question whose client has disconnected is neither answered nor stored', async () => {
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
        // The socket tells the server that the client is gone.
        await pause()
      }
    })
    for (const leaveOne of leave.toReversed()) await leaveOne()
    gate.emit('open')
    expect((await post(url, { ...QUESTION, conversationId })).status).toBe(200)
    const kept: unknown = await (await fetch(`${url}/conversations/${conversationId}`)).json()
    expect(kept).toMatchObject({ turns: [{ question: 'hi' }, { question: QUESTION.question }] })
    // The waiting question was never started.
    expect(slow.embedded).toBe(2)
  })

  test('a truncated body is not logged as a server error', async () => {
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
    const url = await serveWords({ findService: () => null })
    for (const path of ['/ready', '/ask?question=x', '/documents', '/documents/cats/text']) {
      const response = await fetch(url + path)
      expect(response.headers.get('Retry-After')).toBe('1')
      await expectProblem(response, 503)
    }
    expect((await fetch(`${url}/health`)).status).toBe(200)
    const page = await fetch(`${url}/documents/cats`, { headers: { Accept: 'text/html' } })
    expect(page.status).toBe(503)
    expect(page.headers.get('Retry-After')).toBe('1')
    expect(await page.text()).toContain('The documents are still being read.')
  })

  test('/ready is 503 until the Slack bot is ready too', async () => {
    let bot: SlackBot | null = null
    const slack = { signingSecret: 'a-signing-secret', bot: () => bot }
    const url = await serveWords({ slack })
    await expectProblem(await fetch(`${url}/ready`), 503)
    bot = {
      takeEvent: nothing,
      takeCommand: nothing,
      takeAction: () => {},
      stop: nothing,
      idle: nothing,
    }
    expect((await fetch(`${url}/ready`)).status).toBe(200)
  })

  test('503 for a lost model process, 500 for an unexpected error, and nothing internal in either', async () => {
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

test('a request keeps the id that a proxy gave it', async () => {
  const url = await serveWords()
  const response = await fetch(`${url}/health`, { headers: { 'X-Request-Id': 'from-the-proxy-1' } })
  expect(response.headers.get('X-Request-Id')).toBe('from-the-proxy-1')
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

/** Sends a request with headers that `fetch` does not let a caller set. */
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
