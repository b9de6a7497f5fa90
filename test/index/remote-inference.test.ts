import type { RequestListener } from 'node:http'
import * as fc from 'fast-check'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import type { Inference } from '../../index/inference/inference.ts'
import { remoteIdentity } from '../../index/inference/remote/remote-identity.ts'
import type { Reading } from '../../index/inference/types.ts'
import { indexRecipe } from '../../index/recipe.ts'
import { gate } from '../support/held-models.ts'
import { MODELS } from '../support/project.ts'
import { connect, serveModels } from '../support/serve-models.ts'
import { IDENTITY, standIn, tellModels } from '../support/stand-in-machine.ts'
import { wordVectors } from '../support/word-vectors.ts'

const KEY = 'correct-horse-battery'
const CATS = ['Cats sleep all day.']

/** What a call failed with, before it became an `inference-failed`. */
async function causeOf(call: Promise<unknown>): Promise<string> {
  const error: unknown = await call.catch((failed: unknown) => failed)
  expect(error).toMatchObject({ code: 'inference-failed' })
  return error instanceof Error && error.cause instanceof Error ? error.cause.message : ''
}

/** The bits of floats: `NaN` and `-0` differ from other numbers in them only. */
function bitsOf(floats: readonly Float32Array[]): number[][] {
  return Array.from(floats, ({ buffer, byteOffset, length }) => [
    ...new Uint32Array(buffer.slice(byteOffset, byteOffset + 4 * length)),
  ])
}

/** A vector of length 1, with one dimension more. The values are between -1 and 1. */
function withLengthOne(values: Float32Array): Float32Array {
  const halves = values.map((value) => value / 2)
  return Float32Array.from([...halves, Math.sqrt(1 - Math.hypot(...halves) ** 2)])
}

function logitsOf(readings: readonly Reading[]): number[][] {
  return bitsOf(readings.flatMap(({ starts, ends, evidence }) => [starts, ends, evidence]))
}

function othersOf(readings: readonly Reading[]) {
  return Array.from(readings, ({ places, notHere }) => ({ places, notHere }))
}

describe('results of another machine', () => {
  test('are the local ones, bit for bit', async () => {
    const given: { vectors: Float32Array[]; logits: number[]; readings: Reading[] } = {
      vectors: [],
      logits: [],
      readings: [],
    }
    const inference: Inference = {
      ...wordVectors(),
      embed: async () => given.vectors,
      score: async () => given.logits,
      read: async () => given.readings,
    }
    const remote = await connect([(await serveModels({ inference, dimensions: 5 })).url])
    const finite = { noNaN: true, noDefaultInfinity: true }
    const vector = fc
      .float32Array({ ...finite, min: -1, max: 1, minLength: 4, maxLength: 4 })
      .map(withLengthOne)
    // JSON has no other zero.
    const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0)
    const reading = fc.integer({ min: 0, max: 10 }).chain((tokens) => {
      const floats = fc.float32Array({ ...finite, minLength: tokens, maxLength: tokens })
      const places = fc.array(fc.nat(9), { minLength: tokens, maxLength: tokens }).map((words) =>
        Array.from(
          words.toSorted((a, b) => a - b),
          (i) => ({ start: 3 * i, end: 3 * i + 2 }),
        ),
      )
      return fc.record({ places, starts: floats, ends: floats, evidence: floats, notHere: number })
    })
    const lists = fc.integer({ min: 1, max: 5 }).chain((length) => {
      const exactly = { minLength: length, maxLength: length }
      return fc.tuple(
        fc.array(vector, exactly),
        fc.array(number, exactly),
        fc.array(reading, exactly),
      )
    })
    const property = fc.asyncProperty(lists, async ([vectors, logits, readings]) => {
      // A view of a larger buffer, as a slice of a model's output may be.
      given.vectors = vectors.map((own) => Float32Array.from([1, ...own, 2]).subarray(1, -1))
      Object.assign(given, { logits, readings })
      const texts = vectors.map(() => 'ab '.repeat(10))
      expect(bitsOf(await remote.embed(texts))).toEqual(bitsOf(vectors))
      expect(await remote.score('?', texts)).toEqual(logits)
      const read = await remote.read('?', texts)
      expect(logitsOf(read)).toEqual(logitsOf(readings))
      expect(othersOf(read)).toEqual(othersOf(readings))
    })
    await fc.assert(property, { numRuns: 60, seed: 2026 })
  })

  test('of many and odd texts come in order, in as many requests as the limits need', async () => {
    const seen: string[] = []
    const inference: Inference = {
      ...wordVectors(),
      score: async (_, texts) => {
        seen.push(...texts)
        return texts.map((text) => text.length)
      },
    }
    const remote = await connect([(await serveModels({ inference })).url], { processes: 1 })
    const odd = ['', '\u0000\u001F"\\', '\uD800 half', '😀', '\u2028', ' '.repeat(100_000)]
    const texts = [...odd, ...Array.from({ length: 40 }, (_, i) => 'a'.repeat(i * 1000))]
    expect(await remote.score('?', texts)).toEqual(texts.map((text) => text.length))
    expect(seen).toEqual(texts)
    expect(await remote.score('?', [])).toEqual([])
  })
})

describe('the machines say which models they have', () => {
  test('and the fingerprint of an index has the embedding model, without local files', async () => {
    const { url } = await serveModels()
    const remote = { addresses: [url], key: null }
    const recipe = await indexRecipe({ ...MODELS, modelsDir: '/nowhere', remote })
    expect(JSON.parse(recipe).at(-1)).toBe('b')
  })

  test('and a start with different ones is refused', async () => {
    const machines = [await serveModels(), await serveModels({ models: 'c'.repeat(64) })]
    const asked = remoteIdentity({ addresses: machines.map(({ url }) => url), key: null })
    await expect(asked).rejects.toMatchObject({
      code: 'setting-invalid',
      message: expect.stringMatching(/have different models/),
    })
  })

  test('and a start waits for the first, but not for ever', async () => {
    const machine = await serveModels()
    const { url, port } = machine
    await machine.stop()
    const asked = remoteIdentity({ addresses: [url], key: null }, 700)
    await expect(asked).rejects.toMatchObject({
      code: 'inference-unreachable',
      message: expect.stringMatching(/cannot be reached\. Start it with .*--inference-only/),
    })
    const waiting = remoteIdentity({ addresses: [url], key: null })
    await serveModels({ port })
    expect(await waiting).toEqual(IDENTITY)
  })

  test('and one that is replaced by other models is refused until it has the same again', async () => {
    const first = await serveModels()
    const remote = await connect([first.url])
    const failures = vi.fn<(error: unknown) => void>()
    remote.onProcessFailure(failures)
    await remote.score('?', CATS)
    await first.stop()
    const other = await serveModels({ port: first.port, models: 'c'.repeat(64) })
    expect(await causeOf(remote.score('?', CATS))).toMatch(/has other models than this Footnote/)
    expect(remote.isAvailable()).toBe(false)
    expect(String(failures.mock.lastCall)).toMatch(/has other models/)
    await other.stop()
    await serveModels({ port: first.port })
    await vi.waitFor(() => expect(remote.isAvailable()).toBe(true), 10_000)
    expect(await remote.score('?', CATS)).toHaveLength(1)
  })
})

describe('a key', () => {
  test('is sent, and a wrong one is told at the start', async () => {
    const { url } = await serveModels({ apiKeys: [KEY] })
    expect(await (await connect([url], { key: KEY })).score('?', CATS)).toHaveLength(1)
    for (const key of [null, `${KEY}-wrong`]) {
      await expect(connect([url], { key })).rejects.toMatchObject({
        code: 'inference-unreachable',
        message: `${url} refuses the key. Set INFERENCE_KEY to one of its API_KEYS.`,
      })
    }
  })
})

describe('a call', () => {
  test('is repeated where the connection is lost, cut off, or the machine busy', async () => {
    const { url, calls } = await standIn((request, response) => {
      const attempt = calls()
      if (attempt === 1) return void request.socket.destroy()
      if (attempt === 2) {
        response.writeHead(200, { 'Content-Length': '100' }).write('[1')
        return void response.socket?.destroy()
      }
      if (attempt < 5) return void response.writeHead(attempt === 3 ? 503 : 502).end()
      return void response.end('[1.5]')
    })
    expect(await (await connect([url])).score('?', CATS)).toEqual([1.5])
    expect(calls()).toBe(5)
  })

  test('is not repeated for ever', async () => {
    const { url, calls } = await standIn((_, response) => void response.writeHead(503).end())
    expect(await causeOf((await connect([url])).score('?', CATS))).toMatch(/is busy/)
    expect(calls()).toBe(5)
  })

  test.each([400, 401, 403, 404, 409, 413, 429])('is not repeated after %i', async (status) => {
    const { url, calls } = await standIn((_, response) => void response.writeHead(status).end())
    await causeOf((await connect([url])).score('?', CATS))
    expect(calls()).toBe(1)
  })

  test.each(['nonsense', '{}', '[]', '[1, 2]', '["AAAA"]', '[null]', `[${'1'.repeat(3_000_000)}]`])(
    'fails where the answer is not what it should be: %.20s',
    async (answer) => {
      const { url } = await standIn((_, response) => void response.end(answer))
      await expect((await connect([url])).score('?', CATS)).rejects.toMatchObject({
        code: 'inference-failed',
      })
    },
  )

  test('does not follow a redirect, which would take the key elsewhere', async () => {
    const elsewhere = await standIn((_, response) => void response.end('[1]'))
    const { url } = await standIn((request, response) => {
      response.writeHead(307, { Location: `${elsewhere.url}${request.url}` }).end()
    })
    await causeOf((await connect([url], { key: KEY })).score('?', CATS))
    expect(elsewhere.calls()).toBe(0)
  })

  test('is given up by its signal, and rejects when the inference is closed', async () => {
    const held = gate()
    const inference: Inference = {
      ...wordVectors(),
      embed: async (texts) => {
        await held.passed
        return wordVectors().embed(texts)
      },
    }
    onTestFinished(held.open)
    const remote = await connect([(await serveModels({ inference })).url])
    const giveUp = new AbortController()
    const call = remote.embed(CATS, { signal: giveUp.signal })
    const running = remote.embed(CATS)
    giveUp.abort(new Error('no longer wanted'))
    await expect(call).rejects.toThrow('no longer wanted')
    await remote.close()
    expect(await causeOf(running)).toMatch(/is closed/)
  })

  test('in the background outlives a restart, and holds up no other', async () => {
    const machine = await serveModels()
    const remote = await connect([machine.url], { processes: 1 })
    await remote.embed(CATS)
    await machine.stop()
    const embedded = remote.embedSentences([{ title: 'Cats', sentences: CATS }], {
      isBackground: true,
    })
    const ended = vi.fn<() => void>()
    void embedded.finally(ended)
    await causeOf(remote.score('?', CATS))
    expect(ended).not.toHaveBeenCalled()
    await serveModels({ port: machine.port })
    expect(await embedded).toHaveLength(1)
  })

  test('waits here, so that no more run than there are processes', async () => {
    let running = 0
    let most = 0
    const { url } = await standIn((_, response) => {
      running += 1
      most = Math.max(most, running)
      setTimeout(() => {
        running -= 1
        response.end('[1]')
      }, 20)
    })
    const remote = await connect([url], { processes: 3 })
    await Promise.all(Array.from({ length: 12 }, () => remote.score('?', CATS)))
    expect(most).toBe(3)
  })
})

describe('two machines', () => {
  test('are used in turn, and one that is lost is left out until it is back', async () => {
    const scored = [0, 0]
    const counting = (i: number): Inference => {
      return {
        ...wordVectors(),
        score: async (_, texts) => {
          scored[i] = (scored[i] ?? 0) + 1
          return texts.map(() => i)
        },
      }
    }
    const first = await serveModels({ inference: counting(0) })
    const second = await serveModels({ inference: counting(1) })
    const remote = await connect([first.url, second.url])
    for (let i = 0; i < 10; i += 1) await remote.score('?', CATS)
    expect(scored).toEqual([5, 5])
    await first.stop()
    const answers = await Promise.all(Array.from({ length: 20 }, () => remote.score('?', CATS)))
    expect(answers.flat()).toEqual(Array.from({ length: 20 }, () => 1))
    expect(remote.isAvailable()).toBe(true)
    await serveModels({ inference: counting(0), port: first.port })
    await vi.waitFor(async () => expect(await remote.score('?', CATS)).toEqual([0]), 10_000)
  })

  test('a call of one that hangs goes on at the other', async () => {
    let hangs = false
    const hanging = await standIn(
      () => {
        hangs = true
      },
      (request, response) => {
        if (!hangs) tellModels(request, response)
      },
    )
    const { url } = await serveModels()
    const remote = await connect([hanging.url, url])
    const started = performance.now()
    const calls = Array.from({ length: 4 }, () => remote.score('Do cats sleep?', CATS))
    expect((await Promise.all(calls)).flat()).toHaveLength(4)
    expect(hangs).toBe(true)
    // The time limit of the call itself is 16 s.
    expect(performance.now() - started).toBeLessThan(12_000)
  })
})

test('of two machines, one whose call hangs gets no further call, although it says that it has the models', async () => {
  const hanging = await standIn(() => {})
  const { url } = await serveModels()
  const remote = await connect([hanging.url, url], { processes: 20 })
  const giveUp = new AbortController()
  const score = () => remote.score('?', CATS, { signal: giveUp.signal })
  // They take turns.
  const first = Promise.allSettled([score(), score()])
  await vi.waitFor(() => expect(hanging.calls()).toBe(1))
  await new Promise((resolve) => setTimeout(resolve, 5100))
  const answered = await Promise.all(Array.from({ length: 10 }, () => remote.score('?', CATS)))
  expect(answered).toHaveLength(10)
  // Nor when nobody waits for the call any more.
  giveUp.abort(new Error('gone'))
  await first
  for (let i = 0; i < 4; i += 1) await remote.score('?', CATS)
  expect(hanging.calls()).toBe(1)
})

/** Calls a machine that answers after its next check, which fails by `identify`; gives what came of it. */
async function failingOnce(identify: RequestListener) {
  let hasCall = false
  let hasFailed = false
  const machine = await standIn(
    (_, response) => {
      hasCall = true
      setTimeout(() => response.end('[1.5]'), 5500)
    },
    (request, response) => {
      if (!hasCall || hasFailed) return tellModels(request, response)
      hasFailed = true
      return identify(request, response)
    },
  )
  const remote = await connect([machine.url])
  const failures = vi.fn<(error: unknown) => void>()
  remote.onProcessFailure(failures)
  const scored = await remote.score('?', CATS)
  expect(hasFailed).toBe(true)
  return { scored, calls: machine.calls(), failures }
}

describe('a machine that does not say once which models it has', () => {
  test('because it is late goes on with its calls, and is used', async () => {
    const { scored, calls, failures } = await failingOnce(() => {})
    expect(scored).toEqual([1.5])
    expect(calls).toBe(1)
    expect(failures).not.toHaveBeenCalled()
  })

  test('and says why goes on with its calls, and gets no others', async () => {
    const { scored, calls, failures } = await failingOnce((_, response) => {
      response.writeHead(503).end()
    })
    expect(scored).toEqual([1.5])
    expect(calls).toBe(1)
    expect(String(failures.mock.lastCall)).toMatch(/still loads its models/)
  })
})
