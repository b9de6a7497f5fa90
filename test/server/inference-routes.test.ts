import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { connect as connectSocket } from 'node:net'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { pino } from 'pino'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import type { CallOptions, Inference } from '../../index/inference/inference.ts'
import { answer } from '../../server/answer/answer-schema.ts'
import { gate, heldModels } from '../support/held-models.ts'
import { connect, serveModels, THESE_MODELS } from '../support/serve-models.ts'
import { post, serveWords } from '../support/serve-words.ts'
import { changedWords } from '../support/stand-in-machine.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { wordVectors } from '../support/word-vectors.ts'

const KEY = 'correct-horse-battery'
const CATS = { question: 'When do cats sleep?' }
const SCORE = { models: THESE_MODELS, ...CATS, texts: ['Cats sleep all day.'] }

function send(url: string, body: unknown, headers: Record<string, string> = {}) {
  return fetch(`${url}/inference/score`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
}

async function expectProblem(response: Response, status: number) {
  expect(response.status).toBe(status)
  expect(response.headers.get('Content-Type')).toBe('application/problem+json')
  expect(await response.json()).toMatchObject({ status, detail: expect.stringMatching(/\w/) })
}

describe('a server that runs only models', () => {
  test('serves them, and says that it is up and ready', async () => {
    const { url } = await serveModels()
    expect(await (await send(url, SCORE)).json()).toEqual([0])
    for (const route of ['health', 'ready', 'metrics', 'inference']) {
      expect((await fetch(`${url}/${route}`)).status).toBe(200)
    }
    expect(await (await fetch(`${url}/metrics`)).text()).toMatch(
      /footnote_http_request_seconds_count\{method="POST",route="\/inference\/score",status="200"\} 1/,
    )
  })

  test.each(['ask', 'documents', 'verify', 'v1/models', 'openapi.json', ''])(
    'has nothing else: /%s',
    async (route) => {
      await expectProblem(await fetch(`${(await serveModels()).url}/${route}`), 404)
    },
  )

  test.each([
    ['no JSON', '{', 400],
    ['no texts', { ...SCORE, texts: [] }, 400],
    ['too many texts', { ...SCORE, texts: Array.from({ length: 17 }, () => 'a') }, 400],
    ['too long a text', { ...SCORE, texts: ['a'.repeat(100_001)] }, 400],
    ['too long a question', { ...SCORE, question: 'a'.repeat(20_001) }, 400],
    ['a text that is none', { ...SCORE, texts: [1] }, 400],
    ['an unknown field', { ...SCORE, isBackground: true }, 400],
    ['no models', { ...SCORE, models: undefined }, 400],
    ['other models', { ...SCORE, models: 'c'.repeat(64) }, 409],
    ['too large a body', { ...SCORE, texts: ['a'.repeat(1_100_000)] }, 413],
  ])('refuses %s', async (_, body, status) => {
    await expectProblem(await send((await serveModels()).url, body), status)
  })

  test('refuses what is not declared as JSON, methods that it does not know, and pages of others', async () => {
    const { url } = await serveModels()
    await expectProblem(await send(url, SCORE, { 'Content-Type': 'text/plain' }), 415)
    await expectProblem(await fetch(`${url}/inference/score`), 405)
    await expectProblem(await send(url, SCORE, { Origin: 'https://evil.example' }), 403)
  })

  test('asks for a key if it has one, except for whether it is up', async () => {
    const { url } = await serveModels({ apiKeys: [KEY] })
    await expectProblem(await send(url, SCORE), 401)
    await expectProblem(await fetch(`${url}/inference`), 401)
    await expectProblem(await fetch(`${url}/metrics`), 401)
    const headers = { Authorization: `Bearer ${KEY}` }
    expect((await send(url, SCORE, headers)).status).toBe(200)
    expect((await fetch(`${url}/ready`)).status).toBe(200)
  })

  test('refuses more calls than may wait, until some have ended', async () => {
    const held = gate()
    onTestFinished(held.open)
    const { url } = await serveModels({ inference: heldModels(held) })
    const read = () =>
      fetch(`${url}/inference/read`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(SCORE),
      })
    const statuses: number[] = []
    const retryAfter = new Set<string | null>()
    const calls = Array.from({ length: 20 }, async () => {
      const response = await read()
      statuses.push(response.status)
      retryAfter.add(response.headers.get('Retry-After'))
    })
    // One runs and sixteen wait.
    await vi.waitFor(() => expect(statuses).toEqual([503, 503, 503]), 10_000)
    expect([...retryAfter]).toEqual(['1'])
    held.open()
    await Promise.all(calls)
    expect(statuses.slice(3)).toEqual(Array.from({ length: 17 }, () => 200))
    expect((await read()).status).toBe(200)
  })

  test('has as many places for calls while many requests come slowly', async () => {
    const { url, port } = await serveModels()
    const head = `POST /inference/score HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: application/json\r\n`
    const sockets = Array.from({ length: 40 }, () => connectSocket(port, '127.0.0.1'))
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy()
    })
    await Promise.all(
      Array.from(sockets, (socket) => {
        socket.write(`${head}Content-Length: 1000\r\n\r\n{"models":`)
        return once(socket, 'connect')
      }),
    )
    // Their heads have arrived: the server counts them only then.
    await setTimeout(300)
    for (let i = 0; i < 5; i += 1) expect((await send(url, SCORE)).status).toBe(200)
  })

  const passage = { title: 'Cats', sentences: ['Cats sleep.'] }
  const { models, texts } = SCORE
  test.each([
    ['embed', { models, texts }],
    ['embed-sentences', { models, texts: [passage], isBackground: false }],
    ['score', SCORE],
    ['read', SCORE],
  ])('gives up what nobody waits for: %s', async (route, body) => {
    const started = vi.fn<() => void>()
    const givenUp = vi.fn<() => void>()
    const untilGivenUp = ({ signal }: CallOptions = {}) =>
      new Promise<never>((_, reject) => {
        started()
        signal?.addEventListener('abort', () => {
          givenUp()
          reject(new Error('given up'))
        })
      })
    const { url } = await serveModels({
      inference: {
        ...wordVectors(),
        embed: (_texts, options) => untilGivenUp(options),
        embedSentences: (_passages, options) => untilGivenUp(options),
        score: (_question, _texts, options) => untilGivenUp(options),
        read: (_question, _texts, options) => untilGivenUp(options),
      },
    })
    const call = async (signal: AbortSignal) => {
      const headers = { 'Content-Type': 'application/json' }
      const sent = { method: 'POST', headers, body: JSON.stringify(body), signal }
      const response = await fetch(`${url}/inference/${route}`, sent)
      return response.status
    }
    const leave = new AbortController()
    // As many as run and may wait.
    const calls = Array.from({ length: 17 }, () => call(leave.signal))
    const ended = Promise.allSettled(calls)
    await vi.waitFor(() => expect(started).toHaveBeenCalledTimes(17), 10_000)
    expect(await call(AbortSignal.timeout(10_000))).toBe(503)
    leave.abort(new Error('gone'))
    await ended
    await vi.waitFor(() => expect(givenUp).toHaveBeenCalledTimes(17), 10_000)
    // It is taken, and waits.
    await expect(call(AbortSignal.timeout(500))).rejects.toThrow('timeout')
  })
})

describe('a server whose models are on another machine', () => {
  test('gives the answers that it gives with its own', async () => {
    const here = await serveWords()
    const inference = await connect([(await serveModels()).url])
    const there = await serveWords({}, { inference })
    const answers = [here, there].map(async (url) => {
      const { quotes, answered } = await (await post(url, CATS)).json()
      return { quotes, answered }
    })
    const [local, remote] = await Promise.all(answers)
    expect(local).toMatchObject({ answered: true })
    expect(remote).toEqual(local)
  })

  test('says 503 while the machine is away, and answers again when it is back', async () => {
    const machine = await serveModels()
    const url = await serveWords({}, { inference: await connect([machine.url]) })
    expect((await fetch(`${url}/ready`)).status).toBe(200)
    await machine.stop()
    const failed = await post(url, CATS)
    expect(Number(failed.headers.get('Retry-After'))).toBeGreaterThan(0)
    expect(await failed.text()).not.toContain(machine.url)
    expect(failed.status).toBe(503)
    const notReady = await fetch(`${url}/ready`)
    expect(Number(notReady.headers.get('Retry-After'))).toBeGreaterThan(0)
    await expectProblem(notReady, 503)
    expect((await fetch(`${url}/health`)).status).toBe(200)
    await serveModels({ port: machine.port })
    await vi.waitFor(async () => expect((await fetch(`${url}/ready`)).status).toBe(200), 10_000)
    expect(await (await post(url, CATS)).json()).toMatchObject({ answered: true })
  })
})

test('nothing is stored of a question whose results are unsound, and its conversation goes on', async () => {
  let isBroken = false
  const machine = await changedWords((route, results) => {
    const text = JSON.stringify(results)
    return isBroken && route === 'score' ? text.replaceAll(/-?\d+/g, '1e999') : text
  })
  const url = await serveWords({}, { inference: await connect([machine.url]) })
  const { conversationId } = answer.parse(await (await post(url, CATS)).json())
  const next = { question: 'When do cats hunt?', conversationId }
  isBroken = true
  await expectProblem(await post(url, next), 503)
  await expectProblem(await fetch(`${url}/ready`), 503)
  isBroken = false
  expect((await post(url, next)).status).toBe(200)
  await vi.waitFor(async () => expect((await fetch(`${url}/ready`)).status).toBe(200), 10_000)
  const stored = await (await fetch(`${url}/conversations/${conversationId}`)).json()
  expect(stored).toMatchObject({ turns: [CATS, { question: next.question }] })
})

test('no log has a text or a key, whatever fails', async () => {
  const file = path.join(await temporaryFolder(), 'log')
  const log = pino({ level: 'trace' }, pino.destination({ dest: file, sync: true }))
  const inference: Inference = {
    ...heldModels(gate()),
    score: () => Promise.reject(new Error('the model failed')),
  }
  const machine = await serveModels({ inference, apiKeys: [KEY], log })
  const url = await serveWords({ log }, { inference: await connect([machine.url], { key: KEY }) })
  expect((await post(url, CATS)).status).toBe(503)
  await send(machine.url, SCORE)
  await send(
    machine.url,
    { ...SCORE, texts: [1, 'Cats sleep all day.'] },
    { Authorization: `Bearer ${KEY}` },
  )
  const lines = await readFile(file, 'utf8')
  expect(lines).toContain('/inference/score')
  expect(lines).toContain('the model failed')
  expect(lines).not.toMatch(/cats/i)
  expect(lines).not.toContain(KEY)
})
