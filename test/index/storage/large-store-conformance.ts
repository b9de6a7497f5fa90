import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseDocument } from '../../../index/documents/document.ts'
import { english } from '../../../index/language/en.ts'
import { stemsOf } from '../../../index/language/stems.ts'
import { scopedStore } from '../../../index/storage/scoped-store.ts'
import type { IndexStorage, Store } from '../../../index/storage/storage.ts'

// More of each than are scored, and together more than are compared one by one.
const LONDON = Array.from({ length: 3100 }, (_, i) => `London has shop ${i}.`)
const PARIS = Array.from({ length: 3300 }, (_, i) => `Paris has bridge ${i}.`)
const OWLS = ['Owls fly over rivers.', 'Owls fly over London.', 'Owls fly over lakes.']

/** What would make rare words common, and have the nearest sentences in every direction. */
const HIDDEN = Array.from({ length: 3500 }, (_, i) => `Owls fly over London, for zebras, ${i}.`)

const EAST = Float32Array.of(1, 0)
const NORTH = Float32Array.of(0, 1)

/** How every storage searches an index in which common words have more matches than are scored. */
export function describeLargeStore(
  kind: string,
  newStorage: (remove: (clean: () => Promise<void>) => void) => Promise<IndexStorage>,
): void {
  describe.each([
    { what: 'a large index', hidden: null },
    { what: 'a collection of a larger index', hidden: HIDDEN },
  ])(`${kind}: $what`, ({ hidden }) => {
    let whole: Store
    let store: Store
    const cleanups: (() => Promise<void>)[] = []

    /** An index of two large documents to the east and a small one to the north, and of hidden ones in another collection. */
    beforeAll(async () => {
      const storage = await newStorage((clean) => cleanups.push(clean))
      const build = await storage.beginBuild()
      for (const { name, paragraphs, vector } of [
        { name: 'london', paragraphs: LONDON, vector: EAST },
        { name: 'paris', paragraphs: PARIS, vector: EAST },
        { name: 'owls', paragraphs: OWLS, vector: NORTH },
        ...(hidden
          ? [
              { name: 'hidden-east', paragraphs: hidden, vector: EAST },
              { name: 'hidden-north', paragraphs: hidden, vector: NORTH },
            ]
          : []),
      ]) {
        const folder = name.startsWith('hidden') ? 'closed' : 'open'
        const path = `${folder}/${name}.txt`
        const file = { id: name, name: path, path: '', format: 'plain' } as const
        const document = await parseDocument(file, Buffer.from(paragraphs.join('\n\n')), name)
        const sentences = document.passages.flatMap((passage) => passage.sentences)
        await build.put(
          document,
          sentences.map(() => vector),
        )
      }
      await build.publish()
      await build.close()
      whole = await storage.open()
      store = scopedStore(whole, hidden && ['open'])
    })

    afterAll(async () => {
      await whole.close()
      for (const clean of cleanups.toReversed()) await clean()
    })

    async function textsOf(words: string, limit: number, documentIds: string[] | null = null) {
      const ids = await store.findPassages(stemsOf(words, english), limit, documentIds)
      const passages = await store.passages(ids)
      return passages.map(({ text }) => text)
    }

    test('rare words find passages, and common words help to rank them', async () => {
      expect(await textsOf('london owls fly has', 3)).toEqual([
        'Owls fly over London.',
        'Owls fly over rivers.',
        'Owls fly over lakes.',
      ])
    })

    test('common words find passages if the rare words find too few', async () => {
      const found = await textsOf('owls london has', 5)
      expect(found).toHaveLength(5)
      expect(found.slice(3)).toEqual(LONDON.slice(0, 2))
    })

    test('a common word finds passages if it is alone, or beside a word that no document has', async () => {
      expect(await textsOf('london', 2)).toHaveLength(2)
      expect(await textsOf('zebra london has', 2)).toEqual(LONDON.slice(0, 2))
    })

    test('every word finds passages in a search within documents', async () => {
      expect(await textsOf('owls london', 4, ['london'])).toEqual(LONDON.slice(0, 4))
      expect(await textsOf('owls london', 4, ['owls'])).toHaveLength(3)
    })

    test.each([
      { documentIds: ['owls'], nearest: NORTH, far: EAST },
      { documentIds: ['london', 'paris'], nearest: EAST, far: NORTH },
      { documentIds: ['london', 'paris', 'hidden-north'], nearest: EAST, far: NORTH },
    ])('the nearest sentences of $documentIds are of them alone', async (each) => {
      for (const [vector, distance] of [
        [each.nearest, 0],
        [each.far, 1],
      ] as const) {
        const found = await store.findSentences(vector, 3, each.documentIds)
        expect(found).toHaveLength(3)
        for (const sentence of found) expect(sentence.distance).toBeCloseTo(distance)
        const passages = await store.passages(found.map(({ passageId }) => passageId))
        for (const { document } of passages) expect(each.documentIds).toContain(document.id)
      }
    })

    test('the nearest sentences are of its documents', async () => {
      const found = await store.findSentences(EAST, 3, null)
      expect(found).toHaveLength(3)
      for (const { distance } of found) expect(distance).toBeCloseTo(0)
      const passages = await store.passages(found.map(({ passageId }) => passageId))
      for (const { document } of passages) expect(['london', 'paris']).toContain(document.id)
    })

    test('words are counted by passage, in any of their forms', async () => {
      expect(await store.stemFrequencies(stemsOf('london owls zebra', english))).toEqual({
        passages: LONDON.length + PARIS.length + OWLS.length,
        frequencies: [LONDON.length + 1, OWLS.length, 0],
      })
      expect(await store.vocabulary('o', 3, 4)).toEqual(['over', 'owl'])
    })
  })
}
