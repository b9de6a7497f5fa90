import { stat, truncate } from 'node:fs/promises'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { cosine } from '../../../index/cosine.ts'
import {
  readRecord,
  recordScorer,
  recordShape,
  writeRecord,
} from '../../../index/storage/embedded/byte-vectors.ts'
import type { LabelledVector } from '../../../index/storage/embedded/hnsw.ts'
import { changeLists, makeLists } from '../../../index/storage/embedded/lists-file.ts'
import { openLists } from '../../../index/storage/embedded/sentence-lists.ts'
import type { Range } from '../../../index/storage/embedded/vector-search.ts'
import type { StoreBuild } from '../../../index/storage/storage.ts'
import { randomNumbers } from '../../../devtools/benchmark/random.ts'
import { storageAt } from '../../support/embedded-storage.ts'
import { documentOf, vectorsFor } from '../../support/stored-documents.ts'
import { temporaryFolder } from '../../support/temporary.ts'

const DIMENSIONS = 20
const COUNT = 3000
const random = randomNumbers(7)

/** Normalised vectors of random directions, with the ids from `first` on. */
function randomVectors(count: number, first: number, dimensions = DIMENSIONS): LabelledVector[] {
  return Array.from({ length: count }, (_, i) => {
    const vector = Float32Array.from({ length: dimensions }, () => random() - 0.5)
    const length = Math.sqrt(cosine(vector, vector))
    return { id: first + i, vector: vector.map((value) => value / length) }
  })
}

const VECTORS = randomVectors(COUNT, 1)
const QUERIES = randomVectors(20, 0).map(({ vector }) => vector)

async function newFile(): Promise<string> {
  return path.join(await temporaryFolder(), 'sentences.lists')
}

async function listsOf(vectors: readonly LabelledVector[]): Promise<string> {
  const file = await newFile()
  makeLists(file, () => vectors, vectors.length, DIMENSIONS)
  return file
}

async function open(file: string, vectors: readonly LabelledVector[]) {
  const byId = new Map(vectors.map(({ id, vector }) => [id, vector]))
  const lists = await openLists(file, (id) => byId.get(id) ?? new Float32Array(DIMENSIONS))
  onTestFinished(() => lists.close())
  return (query: Float32Array, ranges: readonly Range[] | null = null) =>
    lists.nearest(query, 10, ranges).map(({ id }) => id)
}

/** The ids of the ten nearest vectors. */
function exactlyNearest(query: Float32Array, vectors: readonly LabelledVector[]): number[] {
  return Array.from(vectors, ({ id, vector }) => ({ id, score: cosine(query, vector) }))
    .toSorted((a, b) => b.score - a.score)
    .slice(0, 10)
    .map(({ id }) => id)
}

test.each([1, 2, 16, 17, 384])(
  'scores of %i numbers with 8 bits are those of the vectors, nearly',
  (dimensions) => {
    const shape = recordShape(dimensions)
    const vectors = randomVectors(50, 0, dimensions)
    const scorer = recordScorer(shape, vectors.length)
    for (const { id, vector } of vectors) {
      writeRecord(vector, scorer.records, id * shape.recordBytes)
      const read = readRecord(scorer.records, id * shape.recordBytes, dimensions)
      expect(cosine(read, vector)).toBeCloseTo(1, 2)
    }
    const [query] = randomVectors(1, 0, dimensions)
    scorer.setQuery(query?.vector ?? new Float32Array())
    const scores = [...scorer.score(0, 30), ...scorer.score(30, 20)]
    for (const { id, vector } of vectors) {
      expect(scores[id]).toBeCloseTo(cosine(query?.vector ?? vector, vector), 1.9)
    }
  },
)

test('lists give the nearest sentences, in order', async () => {
  const nearest = await open(await listsOf(VECTORS), VECTORS)
  for (const query of QUERIES) expect(nearest(query)).toEqual(exactlyNearest(query, VECTORS))
})

test('lists give the nearest sentences of some ranges of ids', async () => {
  const nearest = await open(await listsOf(VECTORS), VECTORS)
  const ranges = [
    { first: 5, last: 5 },
    { first: 100, last: 400 },
    { first: 2990, last: 5000 },
  ]
  const inRanges = VECTORS.filter(({ id }) =>
    ranges.some(({ first, last }) => first <= id && id <= last),
  )
  for (const query of QUERIES) {
    expect(nearest(query, ranges)).toEqual(exactlyNearest(query, inRanges))
  }
})

test('changed lists have what was added, and not what was removed', async () => {
  const added = randomVectors(50, COUNT + 1)
  const now = [...VECTORS.filter(({ id }) => id % 40 !== 0), ...added]
  const ids = Uint32Array.from(now, ({ id }) => id)
  const changed = await newFile()
  const base = await listsOf(VECTORS)
  expect(changeLists(base, changed, ids, (after) => now.filter(({ id }) => id > after))).toBe(true)
  const nearest = await open(changed, now)
  for (const query of QUERIES) expect(nearest(query)).toEqual(exactlyNearest(query, now))
})

test('lists are not changed where many sentences are new, or some are missing', async () => {
  const base = await listsOf(VECTORS)
  const changed = await newFile()
  const all = [...VECTORS, ...randomVectors(400, COUNT + 1)]
  const added = (after: number) => all.filter(({ id }) => id > after)
  const ids = Uint32Array.from(all, ({ id }) => id)
  expect(changeLists(base, changed, ids, added)).toBe(false)
  expect(changeLists(base, changed, ids.subarray(0, COUNT + 20), () => [])).toBe(false)
})

test('lists that are cut short are not opened', async () => {
  const file = await listsOf(VECTORS)
  await truncate(file, 500)
  await expect(open(file, VECTORS)).rejects.toThrow('too short')
})

function vectorOf(text: string): Float32Array {
  return text.startsWith('Owls') ? Float32Array.of(0, 1) : Float32Array.of(1, 0)
}

async function put(build: StoreBuild, id: string, text: string): Promise<void> {
  const document = await documentOf(id, text)
  await build.put(document, vectorsFor(document, vectorOf))
}

test('an index of more sentences than a graph takes is searched by lists, which are changed and mended', async () => {
  const folder = await temporaryFolder()
  const storage = storageAt(folder, 'test')
  const many = Array.from({ length: 31 }, (_, i) => `many ${i}`)
  const nearestTexts = async () => {
    const store = await storage.open()
    const found = await store.findSentences(Float32Array.of(0, 1), 2, null)
    const passages = await store.passages(found.map(({ passageId }) => passageId))
    await store.close()
    return passages.map(({ text }) => text)
  }

  const first = await storage.beginBuild()
  const thousand = Array.from({ length: 1000 }, (_, i) => `Cat ${i} sleeps.`).join('\n\n')
  for (const id of many) await put(first, id, thousand)
  await put(first, 'owls', 'Owls fly.')
  await first.publish()
  await first.close()
  expect((await nearestTexts())[0]).toBe('Owls fly.')

  const second = await storage.beginBuild()
  await put(second, 'owls', 'Owls hunt.\n\nOwls sing.')
  await second.publish()
  await second.close()
  expect(await nearestTexts()).toEqual(['Owls hunt.', 'Owls sing.'])

  const lists = path.join(folder, 'generation-2', 'sentences.lists')
  const { size } = await stat(lists)
  await truncate(lists, 5000)
  expect(await nearestTexts()).toEqual(['Owls hunt.', 'Owls sing.'])
  expect((await stat(lists)).size).toBeGreaterThan(size / 2)
})
