import * as fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Document } from '../../../index/documents/document.ts'
import type { DocumentProblem } from '../../../index/documents/source-files.ts'
import { english } from '../../../index/language/en.ts'
import { type Stem, toStem } from '../../../index/language/language.ts'
import { stemsOf } from '../../../index/language/stems.ts'
import { scopedStore } from '../../../index/storage/scoped-store.ts'
import type { FoundSentence, IndexStorage, Store } from '../../../index/storage/storage.ts'
import { documentOf, vectorsFor } from '../../support/stored-documents.ts'
import type { StorageKind } from './storage-conformance.ts'

/** The angles of the vectors, in radians: from none of them two others are equally far. */
const ANGLES = [0, 0.3, 0.8, 1.5]
const EAST = Float32Array.of(1, 0)

const COLLECTIONS = ['law', 'law 2', 'Ümläut "x"']

/** What every scoped store must hold to, whatever storage is behind it. */
export function describeScopedStore({
  name,
  newPlace,
  storageAt,
}: Pick<StorageKind, 'name' | 'newPlace' | 'storageAt'>): void {
  async function storeOf(
    documents: readonly Promise<Document>[],
    problems: readonly DocumentProblem[] = [],
  ): Promise<Store> {
    const storage = storageAt(await newPlace(), 'the recipe')
    await publish(storage, await Promise.all(documents), { problems })
    const store = await storage.open()
    onTestFinished(() => store.close())
    return store
  }

  const twoCollections = [
    documentOf('a', 'Owls fly. Zebras run.', { name: 'open/a.txt', author: 'Ann' }),
    documentOf('b', 'Der owl fliegt night.', { name: 'open/b.txt', language: 'de' }),
    documentOf('c', '# Secret\n\nOwls plan a takeover.', {
      name: 'closed/c.md',
      format: 'markdown',
    }),
    documentOf('d', 'Owls fly alone.'),
    documentOf('e', 'Owls swim.', { name: 'closed/e.txt', collection: 'open' }),
  ]

  describe(`${name}, limited to collections`, () => {
    test('is the store itself where nothing limits it', async () => {
      const store = await storeOf(twoCollections)
      expect(scopedStore(store, null)).toBe(store)
    })

    test('shows the documents of these, by folder and by name, and no others', async () => {
      const store = await storeOf(twoCollections)
      const scoped = scopedStore(store, ['open', 'nothing'])
      expect(scoped.generation).toBe(store.generation)
      expect((await scoped.documents()).map(({ id }) => id)).toEqual(['a', 'b', 'e'])
      expect([...(await scoped.sources()).keys()].toSorted()).toEqual(['a', 'b', 'e'])
      expect(await scoped.languages(null)).toEqual(['en', 'de'])
      expect(await scoped.languages(['b', 'c', 'd'])).toEqual(['de'])
      expect(await scoped.documentsIn('open')).toEqual(['a', 'b', 'e'])
      expect(await scoped.membershipsOf(['e', 'c'])).toEqual(
        new Map([['e', { file: 'closed/e.txt', collection: 'open' }]]),
      )
      expect(await scoped.document('a', 4)).toMatchObject({ id: 'a', text: 'Owls', author: 'Ann' })
      expect(await scoped.origin('a')).toMatchObject({ file: 'open/a.txt' })
      expect((await scoped.outline('a')).paragraphs).toHaveLength(1)
      expect(await scoped.firstPassages('a', 9)).toHaveLength(1)
    })

    test.each(['c', 'd'])(
      'tells nothing of another one, as if it did not exist: %s',
      async (hidden) => {
        const store = await storeOf(twoCollections)
        const scoped = scopedStore(store, ['open'])
        expect(await scoped.missingDocuments([hidden, 'a', 'nothing'])).toEqual([hidden, 'nothing'])
        for (const id of [hidden, 'nothing']) {
          expect(await scoped.document(id)).toBeNull()
          expect(await scoped.origin(id)).toBeNull()
          expect(await scoped.outline(id)).toEqual({ paragraphs: [], headings: [], pages: [] })
          expect(await scoped.pagesAt(id, { start: 0, end: 99 })).toEqual([])
          expect(await scoped.firstPassages(id, 9)).toEqual([])
          expect(await scoped.membershipsOf([id])).toEqual(new Map())
          expect(await scoped.languages([id])).toEqual([])
          expect(await scoped.findPassages(stems('owls plan fly alone'), 9, [id])).toEqual([])
          expect(await scoped.findPassagesWith(stems('owls'), 9, [id])).toEqual([])
          expect(await scoped.findSentences(EAST, 9, [id])).toEqual([])
        }
        for (const collection of ['closed', 'nothing']) {
          expect(await scoped.documentsIn(collection)).toEqual([])
        }
        const ofHidden = await store.firstPassages(hidden, 9)
        expect(ofHidden).not.toEqual([])
        expect(await scoped.passages(ofHidden.map(({ id }) => id))).toEqual([])
      },
    )

    test('finds the words of these alone, and counts them alone', async () => {
      const store = await storeOf(twoCollections)
      const scoped = scopedStore(store, ['open'])
      expect(await scoped.stemFrequencies(stems('owls takeover alone fly'))).toEqual({
        passages: 3,
        frequencies: [3, 0, 0, 1],
      })
      expect(await scoped.vocabulary('', 5, 99)).toEqual(['fliegt', 'night', 'zebra'])
      const found = await scoped.findPassages(stems('owls takeover'), 9, null)
      expect((await places(scoped, found)).toSorted()).toEqual(['a 0', 'b 0', 'e 0'])
      expect(await scoped.findPassagesWith(stems('plan takeover'), 9, null)).toEqual([])
      expect(await scoped.findSentences(EAST, 9, null)).toHaveLength(4)
      expect(await scoped.findSentences(EAST, 9, ['a', 'c'])).toHaveLength(2)
    })

    test.each([[[]], [['nothing']]])('is empty where no document is in them: %j', async (none) => {
      const scoped = scopedStore(await storeOf(twoCollections), none)
      expect(await scoped.documents()).toEqual([])
      expect(await scoped.sources()).toEqual(new Map())
      expect(await scoped.languages(null)).toEqual([])
      expect(await scoped.findPassages(stems('owls'), 9, null)).toEqual([])
      expect(await scoped.findPassagesWith(stems('owls'), 9, null)).toEqual([])
      expect(await scoped.findSentences(EAST, 9, null)).toEqual([])
      expect(await scoped.vocabulary('', 0, 99)).toEqual([])
      expect(await scoped.stemFrequencies(stems('owls'))).toEqual({ passages: 0, frequencies: [0] })
    })

    test('cannot be widened by another limit', async () => {
      const scoped = scopedStore(await storeOf(twoCollections), ['open'])
      const both = scopedStore(scoped, ['open', 'closed'])
      expect((await both.documents()).map(({ id }) => id)).toEqual(['a', 'b', 'e'])
      expect(await both.findPassages(stems('takeover'), 9, null)).toEqual([])
      expect((await both.stemFrequencies(stems('owls'))).passages).toBe(3)
      const other = scopedStore(scoped, ['closed'])
      expect(await other.documents()).toEqual([])
      expect(await other.findSentences(EAST, 9, null)).toEqual([])
    })

    test('does not close the store that it shows', async () => {
      const store = await storeOf(twoCollections)
      await scopedStore(store, ['open']).close()
      expect(await store.documents()).toHaveLength(5)
    })

    test('has the problems of its documents, and of the files in folders of their names', async () => {
      const unreadable = 'may not be read'
      const problem = (file: string, id: string | null, reason = unreadable) => {
        return { name: file, id, hash: null, reason }
      }
      const shares = 'shares the id "x", which has only a-z and 0-9 of a name: closed/x, open/x'
      const shown = [
        problem('closed/e.txt', 'e'),
        problem('open', null),
        problem('open/new.txt', 'open-new'),
        problem('open/sub', null),
      ]
      const hidden = [
        // A file whose id is that of a document made of another file.
        problem('closed/a.txt', 'a'),
        problem('closed', null),
        problem('closed/new.txt', 'closed-new'),
        problem('d.txt', 'd'),
        problem('new.txt', 'new'),
        // A file in no folder is in no collection, though its name is that of one.
        problem('open.txt', 'open'),
      ]
      const shared = problem('open/x', 'x', shares)
      const store = await storeOf(twoCollections, [...hidden, ...shown, shared])
      const expected = [
        ...shown,
        { ...shared, reason: 'shares the id "x" with another file; rename it' },
      ].toSorted((a, b) => (a.name < b.name ? -1 : 1))
      expect(await scopedStore(store, ['open']).problems()).toEqual(expected)
    })

    test('gives what an index gives that has only these, whatever else there is', async () => {
      const storage = storageAt(await newPlace(), 'the recipe')
      const onlyStorage = storageAt(await newPlace(), 'the recipe')
      await fc.assert(
        fc.asyncProperty(indexes, questions, async ({ files, allowed }, asked) => {
          const documents = await Promise.all(files.map(documentOfFile))
          const isKept = documents.map((_, i) => files[i]?.isKept ?? false)
          const isAllowed = documents.map(({ collection }) => allowed.includes(collection ?? ''))
          // The whole index had more before, so that what is counted was counted again.
          await publish(storage, documents, { force: true })
          const removed = documents.filter((_, i) => !isKept[i]).map(({ id }) => id)
          const putAgain = documents.filter((_, i) => isKept[i] && i % 3 === 0)
          await publish(storage, putAgain, { removed })
          const whole = await storage.open()
          const those = documents.filter((_, i) => isKept[i] && isAllowed[i])
          await publish(onlyStorage, those, { force: true })
          const only = await onlyStorage.open()
          const scoped = scopedStore(whole, allowed)
          expect(await shownBy(scoped)).toEqual(await shownBy(only))
          for (const question of asked) {
            const found = await foundBy(scoped, question)
            expect(found).toEqual(await foundBy(scopedStore(only, allowed), question))
            // A graph has distances of 32 bits, and of equally near sentences it gives any.
            const all = { ...question, sentences: 999 }
            expect(rounded(await foundBy(scoped, all))).toEqual(rounded(await foundBy(only, all)))
          }
          await whole.close()
          await only.close()
        }),
        { numRuns: 5 },
      )
    })
  })
}

// The first ones are in most passages, the last ones in few: some weigh next to nothing.
const WORDS = ['owl', 'cat', 'dog', 'fox', 'hen', 'bat', 'ant', 'bee', 'naïve', '日本', 'zx9']
const IDS = Array.from({ length: 12 }, (_, i) => `d${i}`)
const word = fc
  .integer({ min: 0, max: WORDS.length ** 2 - 1 })
  .map((n) => WORDS[WORDS.length - 1 - Math.floor(Math.sqrt(n))] ?? '')
const passage = fc.array(word, { minLength: 1, maxLength: 12 }).map((words) => words.join(' '))

interface File {
  readonly text: string
  readonly collection: string | undefined
  readonly language: string
  /** Whether the index has it in the end. */
  readonly isKept: boolean
}

const indexes = fc.record({
  files: fc.array(
    fc.record({
      text: fc.array(passage, { minLength: 1, maxLength: 5 }).map((each) => each.join('.\n\n')),
      collection: fc.constantFrom(...COLLECTIONS, undefined),
      language: fc.constantFrom('en', 'de'),
      isKept: fc.integer({ min: 0, max: 3 }).map((n) => n > 0),
    }),
    { minLength: 2, maxLength: IDS.length },
  ),
  allowed: fc.subarray([...COLLECTIONS, 'nothing'], { minLength: 1 }),
})

interface Question {
  readonly stems: readonly Stem[]
  readonly limit: number
  /** How many sentences are found at most. */
  readonly sentences: number
  readonly angle: number
  readonly documentIds: readonly string[] | null
}

const questions = fc.array(
  fc.record({
    stems: fc.array(
      fc.oneof(word, fc.constantFrom('cats', 'ow')).map((each) => toStem(each)),
      { maxLength: 6 },
    ),
    limit: fc.integer({ min: 1, max: 12 }),
    sentences: fc.integer({ min: 1, max: 12 }),
    angle: fc.constantFrom(...ANGLES),
    documentIds: fc.option(fc.subarray([...IDS.slice(0, 6), 'nothing'])),
  }),
  { minLength: 15, maxLength: 15 },
)

function documentOfFile({ text, collection, language }: File, i: number): Promise<Document> {
  return documentOf(`d${i}`, text, {
    language,
    ...(collection === undefined ? {} : { collection }),
  })
}

function vectorAt(angle: number): Float32Array {
  return Float32Array.of(Math.cos(angle), Math.sin(angle))
}

interface PublishOptions {
  /** Whether the index is empty before. */
  readonly force?: boolean
  /** The ids of documents that are removed. */
  readonly removed?: readonly string[]
  readonly problems?: readonly DocumentProblem[]
}

async function publish(
  storage: IndexStorage,
  documents: readonly Document[],
  { force = false, removed = [], problems = [] }: PublishOptions,
): Promise<void> {
  const build = await storage.beginBuild({ force })
  for (const document of documents) {
    const vectorOf = (text: string) => vectorAt(ANGLES[text.length % ANGLES.length] ?? 0)
    await build.put(document, vectorsFor(document, vectorOf))
  }
  await build.remove(removed)
  await build.putProblems(problems)
  await build.publish()
  await build.close()
}

/** What a store shows of its documents. The ids of passages and sentences are left out. */
async function shownBy(store: Store) {
  const span = { start: 0, end: 99 }
  const each = IDS.map(async (id) => ({
    document: await store.document(id),
    outline: await store.outline(id),
    origin: await store.origin(id),
    pages: await store.pagesAt(id, span),
    passages: Array.from(await store.firstPassages(id, 9), (stored) => {
      const { id: _, sentences, ...rest } = stored
      const spans = Array.from(sentences, ({ start, end }) => [start, end])
      return { ...rest, spans }
    }),
  }))
  return {
    documents: await store.documents(),
    sources: await store.sources(),
    problems: await store.problems(),
    missing: await store.missingDocuments(IDS),
    memberships: await store.membershipsOf(IDS),
    collections: await Promise.all(COLLECTIONS.map((collection) => store.documentsIn(collection))),
    each: await Promise.all(each),
  }
}

/** What a store finds. */
async function foundBy(store: Store, question: Question) {
  const { stems: asked, limit, sentences: most, angle, documentIds } = question
  const sentences = await store.findSentences(vectorAt(angle), most, documentIds)
  return {
    languages: await store.languages(documentIds),
    best: await places(store, await store.findPassages(asked, limit, documentIds)),
    sharing: await places(store, await store.findPassagesWith(asked, limit, documentIds)),
    frequencies: await store.stemFrequencies(asked),
    vocabulary: await store.vocabulary(asked[0]?.slice(0, limit % 3) ?? '', 1, limit),
    sentences: await sentencePlaces(store, sentences),
  }
}

type Found = Awaited<ReturnType<typeof foundBy>>

function rounded({ sentences, ...found }: Found) {
  return {
    ...found,
    sentences: sentences.map(({ place, distance }) => [place, Math.abs(distance).toFixed(5)]),
  }
}

async function sentencePlaces(store: Store, found: readonly FoundSentence[]) {
  const passages = await store.passages(found.map(({ passageId }) => passageId))
  return Array.from(found, ({ sentenceId, distance }, i) => {
    const { document, sentences = [] } = passages[i] ?? {}
    const start = sentences.find(({ id }) => id === sentenceId)?.start
    return { place: `${document?.id} ${start}`, distance }
  })
}

async function places(store: Store, passageIds: readonly number[]): Promise<string[]> {
  return (await store.passages(passageIds)).map(({ document, start }) => `${document.id} ${start}`)
}

function stems(words: string): Stem[] {
  return stemsOf(words, english)
}
