import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { answer } from '../../server/answer/answer-schema.ts'
import type { CallOptions, Inference } from '../../index/inference/inference.ts'
import { gate } from '../support/held-models.ts'
import { connect, serveModels } from '../support/serve-models.ts'
import { post, serveWords } from '../support/serve-words.ts'
import { wordVectors } from '../support/word-vectors.ts'

const CATS = { question: 'When do cats sleep?' }
type Route = 'embed' | 'score' | 'read'

/** Models on another machine, of which calls of one route hang while `isHeld`. They are counted, and so are those that were given up. */
async function serveHanging(route: Route) {
  const held = gate()
  onTestFinished(held.open)
  const counts = { isHeld: true, begun: 0, givenUp: 0 }
  const words = wordVectors()
  const passing = async ({ signal }: CallOptions = {}) => {
    if (!counts.isHeld) return
    counts.begun += 1
    signal?.addEventListener('abort', () => (counts.givenUp += 1))
    await held.passed
  }
  const hanging: Pick<Inference, Route> = {
    embed: async (texts, options) => {
      await passing(options)
      return words.embed(texts)
    },
    score: async (question, texts, options) => {
      await passing(options)
      return words.score(question, texts)
    },
    read: async (question, texts, options) => {
      await passing(options)
      return words.read(question, texts)
    },
  }
  const inference: Inference = { ...words, [route]: hanging[route] }
  const machine = await serveModels({ inference })
  // One call at a time: as long as one hangs, no other is made.
  const remote = await connect([machine.url], { processes: 1 })
  const url = await serveWords({}, { inference: remote })
  return { url, counts, held }
}

/** Sends a request whose client can leave. */
function send(url: string, route: string, body: unknown) {
  const leaving = new AbortController()
  const response = fetch(`${url}/${route}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
    signal: leaving.signal,
  })
  return { response, leave: () => leaving.abort(new Error('gone')) }
}

describe('a call that hangs is given up when its client leaves, and the next question is answered', () => {
  const draft = { text: 'Cats like to sleep all day long.' }
  test.each([
    ['ask', CATS, 'embed'],
    ['ask', CATS, 'score'],
    ['ask', CATS, 'read'],
    ['verify', draft, 'embed'],
    ['verify', draft, 'score'],
  ] as const)('%s %j: %s', async (path, body, route) => {
    const { url, counts } = await serveHanging(route)
    const { response, leave } = send(url, path, body)
    await vi.waitFor(() => expect(counts.begun).toBe(1), 10_000)
    leave()
    await expect(response).rejects.toThrow('gone')
    await vi.waitFor(() => expect(counts.givenUp).toBe(1), 2000)
    counts.isHeld = false
    const next = answer.parse(await (await post(url, CATS)).json())
    expect(next.answered).toBe(true)
  })

  test('also while a question is read in its conversation', async () => {
    const { url, counts } = await serveHanging('embed')
    counts.isHeld = false
    const { conversationId } = answer.parse(await (await post(url, CATS)).json())
    counts.isHeld = true
    const { response, leave } = send(url, 'ask', { question: 'When do they hunt?', conversationId })
    await vi.waitFor(() => expect(counts.begun).toBe(1), 10_000)
    leave()
    await expect(response).rejects.toThrow('gone')
    // A second reading may have waited for the first.
    await vi.waitFor(() => expect(counts.givenUp).toBe(counts.begun), 2000)
  })
})

describe('an answer that several wait for', () => {
  test('is made although the first of them leaves', async () => {
    const { url, counts, held } = await serveHanging('score')
    const first = send(url, 'ask', CATS)
    await vi.waitFor(() => expect(counts.begun).toBe(1), 10_000)
    const second = send(url, 'ask', CATS)
    await untilWaiting(url, 2)
    first.leave()
    await expect(first.response).rejects.toThrow('gone')
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(counts.givenUp).toBe(0)
    held.open()
    expect(answer.parse(await (await second.response).json()).answered).toBe(true)
  })

  test('is given up when all of them have left', async () => {
    const { url, counts } = await serveHanging('score')
    const first = send(url, 'ask', CATS)
    await vi.waitFor(() => expect(counts.begun).toBe(1), 10_000)
    const second = send(url, 'ask', CATS)
    await untilWaiting(url, 2)
    for (const { response, leave } of [first, second]) {
      expect(counts.givenUp).toBe(0)
      leave()
      await expect(response).rejects.toThrow('gone')
    }
    await vi.waitFor(() => expect(counts.givenUp).toBe(1), 2000)
    counts.isHeld = false
    expect(answer.parse(await (await post(url, CATS)).json()).answered).toBe(true)
  })
})

/** Waits until so many have asked the same: all but the first found the answer in the cache, where it is being made. */
async function untilWaiting(url: string, clients: number): Promise<void> {
  await vi.waitFor(async () => {
    const metrics = await (await fetch(`${url}/metrics`)).text()
    expect(metrics).toContain(`result="hit"} ${clients - 1}\n`)
  }, 10_000)
}
