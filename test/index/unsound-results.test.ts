import { expect, test, vi } from 'vitest'
import { connect, serveModels } from '../support/serve-models.ts'
import { changedWords, standIn } from '../support/stand-in-machine.ts'
import { DIMENSIONS } from '../support/word-vectors.ts'

const TEXT = 'Cats sleep all day.'

function base64(values: readonly number[]): string {
  return Buffer.from(Float32Array.from(values).buffer).toString('base64')
}

/** A vector that begins with these numbers; the others are 0. */
function vector(values: readonly number[], dimensions = DIMENSIONS): string {
  return base64([...values, ...Array<number>(dimensions - values.length).fill(0)])
}

/** The embedding of a text. */
function embedding(values: readonly number[], dimensions = DIMENSIONS): string {
  return JSON.stringify([vector(values, dimensions)])
}

/** A reading with two tokens, "Cats" and "sleep", in which some is different. */
function reading(changes: Record<string, unknown> = {}): string {
  const places = [
    [0, 4],
    [5, 10],
  ]
  const two = base64([1, 2])
  const sound = { places, starts: two, ends: two, evidence: two, notHere: 0.5 }
  return JSON.stringify([{ ...sound, ...changes }])
}

/** The embeddings of the sentences of a passage. */
function embeddings(...vectors: readonly string[]): string {
  return JSON.stringify([vectors])
}

/** Calls one machine, which gives `body`. */
async function callWith(route: 'embed' | 'embed-sentences' | 'score' | 'read', body: string) {
  const { url, calls } = await standIn((_, response) => void response.end(body))
  const remote = await connect([url])
  const calling = {
    embed: () => remote.embed([TEXT]),
    'embed-sentences': () => remote.embedSentences([{ title: 'Cats', sentences: [TEXT, TEXT] }]),
    score: () => remote.score('?', [TEXT]),
    read: () => remote.read('?', [TEXT]),
  }
  const called: Promise<unknown> = calling[route]()
  const failed: unknown = await called.then(
    () => null,
    (error: unknown) => error,
  )
  return { failed, calls: calls(), isAvailable: remote.isAvailable() }
}

test.each([
  ['embed', embedding([0.6, 0.8])],
  ['embed', embedding([0, -1.0001])],
  ['embed-sentences', embeddings(vector([1]), vector([0, 1]))],
  ['score', '[-11.25]'],
  ['read', reading()],
  // Two tokens of one word, the last at the end of the text.
  [
    'read',
    reading({
      places: [
        [14, 19],
        [14, 19],
      ],
    }),
  ],
  ['read', reading({ places: [], starts: '', ends: '', evidence: '' })],
] as const)('a result that a model can give is taken: %s, case %#', async (route, body) => {
  expect(await callWith(route, body)).toEqual({ failed: null, calls: 1, isAvailable: true })
})

test.each([
  ['embed', embedding([Number.NaN])],
  ['embed', embedding([Infinity])],
  ['embed', embedding([0.6, 0.6])],
  ['embed', embedding([])],
  ['embed', embedding([1], DIMENSIONS - 1)],
  ['embed', embedding([1], 2 * DIMENSIONS)],
  ['embed', '[""]'],
  ['embed', '[]'],
  ['embed', '["AAAAAAA="]'],
  ['embed-sentences', embeddings(vector([1]))],
  ['embed-sentences', embeddings(vector([1]), vector([1]), vector([1]))],
  ['embed-sentences', embeddings(vector([1]), vector([Number.NaN]))],
  ['embed-sentences', embeddings(vector([1]), vector([1], DIMENSIONS - 1))],
  ['embed-sentences', '[]'],
  ['score', '[1e999]'],
  ['score', '[-1e999]'],
  ['score', '[null]'],
  ['score', '["NaN"]'],
  ['score', '[]'],
  ['score', '[1, 2]'],
  ['read', '[]'],
  ['read', reading({ starts: base64([1]) })],
  ['read', reading({ ends: base64([1, 2, 3]) })],
  ['read', reading({ evidence: '' })],
  ['read', reading({ places: [[0, 4]] })],
  ['read', reading({ starts: base64([1, Number.NaN]) })],
  ['read', reading({ ends: base64([-Infinity, 2]) })],
  ['read', reading({ evidence: base64([Infinity, 2]) })],
  [
    'read',
    reading({
      places: [
        [5, 10],
        [0, 4],
      ],
    }),
  ],
  [
    'read',
    reading({
      places: [
        [0, 4],
        [3, 10],
      ],
    }),
  ],
  [
    'read',
    reading({
      places: [
        [4, 0],
        [5, 10],
      ],
    }),
  ],
  [
    'read',
    reading({
      places: [
        [0, 0],
        [5, 10],
      ],
    }),
  ],
  [
    'read',
    reading({
      places: [
        [0, 4],
        [14, 20],
      ],
    }),
  ],
  [
    'read',
    reading({
      places: [
        [-1, 4],
        [5, 10],
      ],
    }),
  ],
  [
    'read',
    reading({
      places: [
        [0, 4],
        [5, 1.5],
      ],
    }),
  ],
  ['read', reading().replace('0.5', '1e999')],
] as const)('a result that no model gives is refused: %s, case %#', async (route, body) => {
  const { failed, calls, isAvailable } = await callWith(route, body)
  expect(failed).toMatchObject({
    code: 'inference-failed',
    cause: {
      message: expect.stringMatching(/gives results for "[\w-]+" that its models cannot give/),
    },
  })
  expect({ calls, isAvailable }).toEqual({ calls: 1, isAvailable: false })
})

test('the call goes on at another machine, and the first gets no more, although it says that it has the models', async () => {
  const bad = await standIn((_, response) => void response.end('[1e999]'))
  const good = await serveModels()
  const remote = await connect([bad.url, good.url])
  const failures = vi.fn<(error: unknown) => void>()
  remote.onProcessFailure(failures)
  const scoreTwice = async () => [
    ...(await remote.score('cats', [TEXT])),
    ...(await remote.score('cats', [TEXT])),
  ]
  expect(await scoreTwice()).toEqual([-4, -4])
  expect(String(failures.mock.lastCall)).toContain(bad.url)
  // It has been asked for its models again since.
  await new Promise((resolve) => setTimeout(resolve, 2500))
  expect(await scoreTwice()).toEqual([-4, -4])
  expect(bad.calls()).toBe(1)
  expect(failures).toHaveBeenCalledTimes(1)
})

test('a call that began before says nothing of a machine that is unsound since', async () => {
  const bad = await standIn((request, response) => {
    if (request.url?.endsWith('read')) response.end('[1e999]')
    else setTimeout(() => response.end('[1]'), 500)
  })
  const good = await serveModels()
  const remote = await connect([bad.url, good.url])
  // They take turns, beginning with the second.
  await remote.score('cats', [TEXT])
  await remote.score('cats', [TEXT])
  await remote.score('cats', [TEXT])
  const slow = remote.score('cats', [TEXT])
  await vi.waitFor(() => expect(bad.calls()).toBe(2))
  await remote.read('cats', [TEXT])
  const beginsAtBad = remote.read('cats', [TEXT])
  await Promise.all([slow, beginsAtBad])
  const calls = bad.calls()
  await new Promise((resolve) => setTimeout(resolve, 2500))
  for (let i = 0; i < 4; i += 1) await remote.score('cats', [TEXT])
  expect(calls).toBe(3)
  expect(bad.calls()).toBe(3)
})

test('a machine that is the only one is used again once it gives sound results', async () => {
  let isBroken = true
  const { url } = await changedWords((_, results) =>
    isBroken ? '[1e999]' : JSON.stringify(results),
  )
  const remote = await connect([url])
  await expect(remote.score('cats', [TEXT])).rejects.toMatchObject({ code: 'inference-failed' })
  isBroken = false
  expect(await remote.score('cats', [TEXT])).toEqual([-4])
  await vi.waitFor(() => expect(remote.isAvailable()).toBe(true), 10_000)
})
