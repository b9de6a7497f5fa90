import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import * as fc from 'fast-check'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import type { Document } from '../../../index/documents/document.ts'
import { decodePlaces, encodePlaces } from '../../../index/documents/places.ts'
import { english } from '../../../index/language/en.ts'
import { type Stem, toStem } from '../../../index/language/language.ts'
import { stemsOf } from '../../../index/language/stems.ts'
import { readDocument } from '../../../index/storage/read-document.ts'
import type { IndexStorage, Store } from '../../../index/storage/storage.ts'
import { documentOf, vectorsFor } from '../../support/stored-documents.ts'

/** A kind of storage. */
export interface StorageKind {
  readonly name: string
  /** Makes room for an index of its own, gone when the test ends; gives what names it. */
  readonly newPlace: () => Promise<string>
  readonly storageAt: StorageAt
  /** The file that exports `storageAt`, for another process. */
  readonly module: URL
}

/** Opens a place; indexes that were made by another recipe are stale. */
export type StorageAt = (place: string, recipe: string) => IndexStorage

const RECIPE = 'the recipe'
const EAST = Float32Array.of(1, 0)
const NORTH = Float32Array.of(0, 1)
const NORTH_EAST = Float32Array.of(Math.SQRT1_2, Math.SQRT1_2)

/** What every storage must hold to, whatever is behind it. */
export function describeStorage({ name, newPlace, storageAt, module }: StorageKind): void {
  async function newStorage(): Promise<IndexStorage> {
    return storageAt(await newPlace(), RECIPE)
  }

  /** A published index of these documents, all of whose sentences lie in one direction unless told otherwise. */
  async function storeOf(
    documents: readonly Promise<Document>[],
    vectorOf: (text: string) => Float32Array = () => EAST,
  ): Promise<Store> {
    const storage = await newStorage()
    await publish(storage, documents, vectorOf)
    return openStorage(storage)
  }

  describe(`${name}: order`, () => {
    const same = ['c', 'a', 'b'].map((id) => documentOf(id, 'Owls fly.\n\nOwls fly.'))
    const byPlace = ['a 0', 'a 11', 'b 0', 'b 11', 'c 0', 'c 11']

    test.each([
      { documentIds: null, expected: byPlace },
      { documentIds: ['c', 'b'], expected: byPlace.slice(2) },
    ])(
      'of equally good passages and sentences the document’s id and the start decide: $documentIds',
      async ({ documentIds, expected }) => {
        const store = await storeOf(same)
        for (const limit of [10, 3]) {
          const passages = await store.findPassages(stems('owls'), limit, documentIds)
          expect(await places(store, passages)).toEqual(expected.slice(0, limit))
        }
        const sentences = await store.findSentences(EAST, 10, documentIds)
        const passageIds = sentences.map(({ passageId }) => passageId)
        expect(await places(store, passageIds)).toEqual(expected)
      },
    )

    test('passages that have more of the stems, and rarer ones, come first', async () => {
      const store = await storeOf([
        documentOf('a', 'Owls fly.\n\nCats fly.\n\nDogs fly.'),
        documentOf('b', 'Owls fly at night.'),
        documentOf('c', 'Nothing here.'),
      ])
      const found = await store.findPassages(stems('owls night'), 10, null)
      expect(await places(store, found)).toEqual(['b 0', 'a 0'])
    })

    test('passages that have the stems in a row come alone, in the order of the documents', async () => {
      const store = await storeOf([
        documentOf('b', 'At night the owls fly. Owls and cats.\n\nOwls fly, at night, and far.'),
        documentOf('a', 'Owls fly at night.'),
        documentOf('c', 'Fly at night, owls.'),
      ])
      const find = async (text: string, limit: number, documentIds: string[] | null) =>
        places(store, await store.findPassagesWith(stems(text), limit, documentIds))
      const inARow = await find('owls fly at night', 9, null)
      expect(inARow.toSorted()).toEqual(['a 0', 'b 39'])
      expect(await find('owls fly at night', 1, null)).toHaveLength(1)
      expect(await find('owls fly at night', 9, ['a'])).toEqual(['a 0'])
      expect(await find('owls fly at night', 9, ['nothing'])).toEqual([])
    })

    test('without one that has them in a row, the passages that have most of them come first, however long they are', async () => {
      const rest = ' Nothing else is said in this sentence of many words.'.repeat(30)
      const store = await storeOf([
        documentOf('a', 'Owls.'),
        documentOf('b', `Owls hunt mice near barns.${rest}`),
        documentOf('c', 'Mice hunt near.'),
      ])
      const found = await store.findPassagesWith(stems('owls hunt rats near barns'), 9, null)
      expect(await places(store, found)).toEqual(['b 0', 'c 0', 'a 0'])
      expect(await store.findPassagesWith(stems('zebra'), 9, null)).toEqual([])
      expect(await store.findPassagesWith([], 9, null)).toEqual([])
    })

    test('a stem that comes twice counts twice', async () => {
      const store = await storeOf([
        documentOf('a', 'Owls hunt.'),
        documentOf('b', 'Cats purr.'),
        documentOf('c', 'Dogs bark.'),
      ])
      const best = async (asked: string) =>
        places(store, await store.findPassages(stems(asked), 1, null))
      expect(await best('owls cats')).toEqual(['a 0'])
      expect(await best('owls cats cats')).toEqual(['b 0'])
    })

    test('sentences come by their distance', async () => {
      const vectors = { 'Owls fly.': NORTH, 'Cats purr.': EAST, 'Dogs bark.': NORTH_EAST }
      const store = await storeOf(
        [documentOf('a', Object.keys(vectors).join(' '))],
        (text) => Object.entries(vectors).find(([sentence]) => sentence === text)?.[1] ?? EAST,
      )
      for (const documentIds of [null, ['a']]) {
        const found = await store.findSentences(EAST, 3, documentIds)
        expect(found.map(({ distance }) => distance.toFixed(3))).toEqual([
          '0.000',
          '0.293',
          '1.000',
        ])
      }
    })
  })

  describe(`${name}: what was put`, () => {
    test('comes back to the letter, whatever its characters', async () => {
      const word = fc.oneof(
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }),
        fc.constantFrom(
          '𝔘𝔫𝔦',
          'ＦＵＬＬ',
          'naïve',
          'İstanbul',
          'straße',
          'ﬁn',
          '日本語',
          'ไทย',
          '𞤀𞤣𞤤𞤢𞤥',
          '👩‍🚀a',
          "Kata'ib",
        ),
      )
      const text = fc.array(word, { minLength: 1, maxLength: 30 }).map((words) => words.join(' '))
      await fc.assert(
        fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 3 }), async (texts) => {
          const documents = texts.map((each, i) => documentOf(`d${i}`, each))
          const storage = await newStorage()
          await publish(storage, documents)
          const store = await storage.open()
          for (const document of documents) await expectStored(store, document)
          await store.close()
        }),
        { numRuns: 15 },
      )
    })

    test('has its details, its beginning, its paragraphs and its headings', async () => {
      const markdown = documentOf(
        'guide',
        '# Guide\n\nStart *here*.\n\n## Steps\n\n- One.\n- Two.',
        {
          format: 'markdown',
          language: 'de',
          author: 'Ann',
        },
      )
      const store = await storeOf([markdown, documentOf('a', 'Owls fly.')])
      expect(await store.documents()).toMatchObject([
        {
          id: 'a',
          format: 'plain',
          language: 'en',
          author: null,
          characters: 9,
          paragraphs: 1,
          pages: null,
        },
        { id: 'guide', format: 'markdown', language: 'de', title: 'Guide', author: 'Ann' },
      ])
      expect(await store.document('guide', 7)).toMatchObject({ id: 'guide', text: '# Guide' })
      expect(await store.document('nothing')).toBeNull()
      expect(await store.missingDocuments(['guide', 'x', 'a', 'y'])).toEqual(['x', 'y'])
      expect(await store.outline('guide')).toEqual({
        paragraphs: [
          { paragraph: 1, start: 9, end: 22 },
          { paragraph: 2, start: 34, end: 47 },
        ],
        headings: [
          { role: 'heading', level: 1, start: 0, end: 7, text: 'Guide' },
          { role: 'heading', level: 2, start: 24, end: 32, text: 'Steps' },
        ],
        pages: [],
      })
      expect(await store.outline('nothing')).toEqual({ paragraphs: [], headings: [], pages: [] })
    })

    test('the first passages of a document come in order, as they come by their ids', async () => {
      const store = await storeOf([
        documentOf('a', 'Owls fly.'),
        documentOf('b', 'One. Two.\n\nThree.\n\nFour.', { author: 'Ann' }),
      ])
      const first = await store.firstPassages('b', 2)
      expect(first.map(({ text }) => text)).toEqual(['One. Two.', 'Three.'])
      expect(first[0]).toMatchObject({ document: { id: 'b', author: 'Ann' }, paragraph: 1 })
      expect(await store.passages(first.map(({ id }) => id))).toEqual(first)
      expect(await store.firstPassages('b', 9)).toHaveLength(3)
      expect(await store.firstPassages('nothing', 2)).toEqual([])
    })

    test('has its pages, and where its text stands on them', async () => {
      const lines = [{ start: 0, end: 2, top: 9, height: 12, edges: [10, 20, 30] }]
      const first = { number: 1, label: 'i', start: 0, end: 9, size: { width: 612, height: 792 } }
      const second = { number: 2, label: null, start: 11, end: 20, size: null, places: null }
      const pages = [{ ...first, places: encodePlaces(lines) }, second]
      const twoPages = documentOf('a', 'Owls fly.\n\nCats purr.')
      const store = await storeOf([twoPages.then((document) => ({ ...document, pages }))])
      expect(await store.documents()).toMatchObject([{ id: 'a', pages: 2 }])
      expect((await store.outline('a')).pages).toMatchObject([first, second])
      expect(await store.pagesAt('a', { start: 8, end: 11 })).toMatchObject([first])
      const found = await store.pagesAt('a', { start: 8, end: 12 })
      expect(found).toMatchObject([first, second])
      expect(decodePlaces(found[0]?.places ?? Buffer.of())).toEqual(lines)
      expect(await store.pagesAt('nothing', { start: 0, end: 9 })).toEqual([])
    })

    test('is read back as it was put, for another storage', async () => {
      const markdown = await documentOf('guide', '# Owls\n\nThey fly. Näher 😀 dran.\n\n- Ears.', {
        format: 'markdown',
        language: 'de',
        author: 'Ann',
      })
      const lines = [{ start: 0, end: 2, top: 9, height: 12, edges: [10, 20, 30] }]
      const end = markdown.text.length
      const pages = [
        { number: 1, label: null, start: 0, end: 0, size: null, places: null },
        {
          number: 2,
          label: 'ii',
          start: 0,
          end,
          size: { width: 612.5, height: 792 },
          places: encodePlaces(lines),
        },
        { number: 3, label: null, start: end, end, size: null, places: null },
      ]
      const directions = [NORTH, NORTH_EAST, EAST]
      let embedded = 0
      const vectorOf = () => directions[embedded++ % directions.length] ?? EAST
      const whole = { ...markdown, pages }
      const empty = await documentOf('empty', '')
      const store = await storeOf([Promise.resolve(whole), Promise.resolve(empty)], vectorOf)
      const sources = await store.sources()
      expect(sources).toEqual(
        new Map([
          ['empty', { file: 'empty.txt', hash: empty.hash }],
          ['guide', { file: 'guide.txt', hash: whole.hash }],
        ]),
      )
      for (const written of [whole, empty]) {
        const { id, file, hash } = written
        const read = await readDocument(id, { file, hash }, store)
        const readPages = Array.from(read.document.pages, withPlainPlaces)
        expect({ ...read.document, pages: readPages }).toEqual({
          ...written,
          pages: Array.from(written.pages, withPlainPlaces),
        })
        const sentences = written.passages.flatMap((passage) => passage.sentences)
        expect(read.vectors).toEqual(directions.slice(0, sentences.length))
      }
    })

    test('a beginning of a text is cut by UTF-16 code units', async () => {
      const store = await storeOf([documentOf('a', '😀😀 owls')])
      expect((await store.document('a', 2))?.text).toBe('😀')
      expect((await store.document('a', 7))?.text).toBe('😀😀 ow')
    })

    test('languages come by how many documents are in them', async () => {
      const store = await storeOf([
        documentOf('a', 'Eins.', { language: 'de' }),
        documentOf('b', 'One.'),
        documentOf('c', 'Two.'),
      ])
      expect(await store.languages(null)).toEqual(['en', 'de'])
      expect(await store.languages(['a'])).toEqual(['de'])
      expect(await store.languages(['nothing'])).toEqual([])
    })

    test('nothing is found where nothing is', async () => {
      const store = await storeOf([documentOf('empty', '')])
      expect(await store.findPassages(stems('owls'), 5, null)).toEqual([])
      expect(await store.findSentences(EAST, 5, null)).toEqual([])
      expect(await store.findPassages([], 5, null)).toEqual([])
      expect(await store.stemFrequencies(stems('owls'))).toEqual({ passages: 0, frequencies: [0] })
      expect(await store.passages([1, 2])).toEqual([])
    })
  })

  describe(`${name}: stems`, () => {
    test('every stem of the vocabulary has a frequency above 0, and finds a passage', async () => {
      const store = await storeOf([
        documentOf(
          'a',
          'Increased increases. Defenses. The İstanbul straße ﬁn naïve 日本語 𞤀𞤣𞤤𞤢𞤥 ไทย.',
        ),
        documentOf('b', 'Near and or not: "quoted" a*b (c) ^d -e.'),
      ])
      const vocabulary = await store.vocabulary('', 0, 100)
      expect(vocabulary.length).toBeGreaterThan(15)
      const { frequencies } = await store.stemFrequencies(vocabulary)
      for (const [i, stem] of vocabulary.entries()) {
        expect([stem, (frequencies[i] ?? 0) > 0]).toEqual([stem, true])
        expect([stem, (await store.findPassages([stem], 5, null)).length > 0]).toEqual([stem, true])
      }
    })

    test('are counted by passage, and in a vocabulary by beginning and length', async () => {
      const store = await storeOf([
        documentOf('a', 'Owls and owls.\n\nAn owl.'),
        documentOf('b', 'Over London.'),
      ])
      expect(await store.stemFrequencies(stems('owls london zebra'))).toEqual({
        passages: 3,
        frequencies: [2, 1, 0],
      })
      expect(await store.vocabulary('o', 3, 4)).toEqual(['over', 'owl'])
      expect(await store.vocabulary('o', 4, 9)).toEqual(['over'])
    })

    test.each(['and', 'or', 'not', 'near', 'match', 'null', 'select', 'rowid'])(
      'are never words of a query language: %s',
      async (word) => {
        const store = await storeOf([documentOf('a', 'Owls fly.'), documentOf('b', `A ${word}.`)])
        const found = await store.findPassages([toStem(word)], 5, null)
        expect((await store.passages(found)).map(({ document }) => document.id)).toEqual(['b'])
        expect(await store.findPassages([toStem(word), ...stems('owls')], 5, null)).toHaveLength(2)
      },
    )
  })

  test(`${name}: a search in some documents finds nothing of others`, async () => {
    const store = await storeOf([
      documentOf('a', 'Owls fly.'),
      documentOf('b', 'Owls hunt.'),
      documentOf('c', 'Owls sleep.'),
    ])
    for (const documentIds of [['b'], ['c', 'b'], ['nothing'], []]) {
      const passageIds = await store.findPassages(stems('owls'), 9, documentIds)
      const sentences = await store.findSentences(EAST, 9, documentIds)
      for (const ids of [passageIds, sentences.map(({ passageId }) => passageId)]) {
        const found = (await store.passages(ids)).map(({ document }) => document.id)
        expect(found).toEqual(documentIds.filter((id) => id !== 'nothing').toSorted())
      }
    }
  })

  describe(`${name}: a build`, () => {
    test('is seen by nobody before it is published, and by those that watch then', async () => {
      const storage = await newStorage()
      expect(await storage.served()).toBeNull()
      await expect(storage.open()).rejects.toMatchObject({ code: 'index-missing' })
      await publish(storage, [documentOf('a', 'Owls fly.')])
      const before = await openStorage(storage)
      const listener = vi.fn<() => void>()
      onTestFinished(storage.watch(listener))

      const build = await storage.beginBuild()
      await put(build, documentOf('b', 'Cats purr.'))
      expect(await storage.served()).toBe(before.generation)
      const meanwhile = await openStorage(storage)
      expect(await meanwhile.documents()).toHaveLength(1)
      expect(listener).not.toHaveBeenCalled()

      await build.publish()
      await build.close()
      await vi.waitFor(() => expect(listener).toHaveBeenCalled(), 10_000)
      const after = await openStorage(storage)
      expect(await storage.served()).toBe(after.generation)
      expect(after.generation).not.toBe(before.generation)
      expect(await after.documents()).toHaveLength(2)
      // Whoever opened the generation before goes on with it.
      expect(await before.documents()).toHaveLength(1)
      expect(await before.findPassages(stems('owls'), 5, null)).toHaveLength(1)
    })

    test('changes what changed, and keeps the rest', async () => {
      const storage = await newStorage()
      await publish(storage, [
        documentOf('a', 'Owls fly.'),
        documentOf('b', 'Cats purr.'),
        documentOf('c', 'Dogs bark.'),
      ])
      const build = await storage.beginBuild()
      expect(build.changed).toBe(false)
      expect([...(await build.sources()).keys()].toSorted()).toEqual(['a', 'b', 'c'])
      const [passage] = await build.passagesOf('b')
      expect(passage?.text).toBe('Cats purr.')
      const sentenceIds = passage?.sentences.map(({ id }) => id) ?? []
      expect(await build.vectors(sentenceIds)).toEqual([EAST])
      expect(await build.passagesOf('nothing')).toEqual([])
      await build.remove(['a'])
      await put(build, documentOf('b', 'Cats sleep.'))
      expect(build.changed).toBe(true)
      await build.publish()
      await build.close()
      const store = await openStorage(storage)
      expect((await store.documents()).map(({ id }) => id)).toEqual(['b', 'c'])
      const words = stems('owls purr sleep bark')
      expect((await store.stemFrequencies(words)).frequencies).toEqual([0, 0, 1, 1])
      expect(await store.findSentences(EAST, 9, null)).toHaveLength(2)
    })

    test('ranks as one that was built anew, whatever the index had before', async () => {
      const kept = [
        documentOf('a', 'Owls fly.'),
        documentOf('b', `Owls hunt owls ${'where trees stand '.repeat(5)}.`),
      ]
      const storage = await newStorage()
      // Among passages this long, those that are kept count as equally short.
      await publish(storage, [...kept, documentOf('long', 'Cats purr. '.repeat(500))])
      const before = await openStorage(storage)
      expect(await places(before, await before.findPassages(stems('owls'), 9, null))).toEqual([
        'b 0',
        'a 0',
      ])
      const build = await storage.beginBuild()
      await build.remove(['long'])
      await build.publish()
      await build.close()
      const anew = await storeOf(kept)
      for (const store of [await openStorage(storage), anew]) {
        const found = await store.findPassages(stems('owls'), 9, null)
        expect(await places(store, found)).toEqual(['a 0', 'b 0'])
      }
    })

    test('keeps the problems that it was given, in place of those before, and knows the files', async () => {
      const storage = await newStorage()
      const folder = { name: 'closed', id: null, hash: null, reason: 'may not be read' }
      const file = { name: 'bad.txt', id: 'bad', hash: 'of bad', reason: 'is not UTF-8 “é”' }
      const publishProblems = async (...problems: (typeof folder | typeof file)[]) => {
        const build = await storage.beginBuild()
        await build.putProblems(problems)
        expect(build.changed).toBe(true)
        await build.publish()
        await build.close()
        return (await openStorage(storage)).problems()
      }
      await publish(storage, [documentOf('a', 'Owls fly.')])
      expect(await publishProblems(folder, file)).toEqual([file, folder])
      const build = await storage.beginBuild()
      expect(await build.problems()).toEqual([file, folder])
      expect((await build.sources()).get('a')?.file).toBe('a.txt')
      await build.close()
      expect(await publishProblems(file)).toEqual([file])
      expect(await publishProblems()).toEqual([])
    })

    test('goes on from what one that was closed had put, unless it is forced', async () => {
      const storage = await newStorage()
      const first = await storage.beginBuild()
      await put(first, documentOf('a', 'Owls fly.'))
      await first.close()
      const second = await storage.beginBuild()
      expect(second.changed).toBe(true)
      expect([...(await second.sources()).keys()]).toEqual(['a'])
      await second.close()
      const forced = await storage.beginBuild({ force: true })
      expect((await forced.sources()).size).toBe(0)
      await forced.close()
    })

    test('goes on from what one that was killed had put', async () => {
      const place = await newPlace()
      const storage = storageAt(place, RECIPE)
      await publish(storage, [documentOf('served', 'Dogs bark.')])
      await killBuild(module, place)
      const store = await openStorage(storage)
      expect((await store.documents()).map(({ id }) => id)).toEqual(['served'])
      const build = await storage.beginBuild()
      expect([...(await build.sources()).keys()].toSorted()).toEqual(['killed', 'served'])
      await build.publish()
      await build.close()
      const after = await openStorage(storage)
      expect((await after.documents()).map(({ id }) => id)).toEqual(['killed', 'served'])
    })

    test('is refused while another one runs', async () => {
      const place = await newPlace()
      const build = await storageAt(place, RECIPE).beginBuild()
      await expect(storageAt(place, RECIPE).beginBuild()).rejects.toMatchObject({
        code: 'build-running',
      })
      await build.close()
      await (await storageAt(place, RECIPE).beginBuild()).close()
    })

    test('starts from nothing where the index was made by another recipe, which is never opened', async () => {
      const place = await newPlace()
      await publish(storageAt(place, 'an older recipe'), [documentOf('a', 'Owls fly.')])
      const storage = storageAt(place, RECIPE)
      await expect(storage.open()).rejects.toMatchObject({
        code: 'index-stale',
        message: expect.stringContaining('npm run build-index'),
      })
      const build = await storage.beginBuild()
      expect((await build.sources()).size).toBe(0)
      await put(build, documentOf('b', 'Cats purr.'))
      await build.publish()
      await build.close()
      expect(await (await openStorage(storage)).documents()).toMatchObject([{ id: 'b' }])
    })
  })
}

/** A page whose places are compared by their bytes, in whatever kind of array they are. */
function withPlainPlaces(page: Document['pages'][number]) {
  return { ...page, places: page.places && [...page.places] }
}

async function openStorage(storage: IndexStorage): Promise<Store> {
  const store = await storage.open()
  onTestFinished(() => store.close())
  return store
}

async function places(store: Store, passageIds: readonly number[]): Promise<string[]> {
  return (await store.passages(passageIds)).map(({ document, start }) => `${document.id} ${start}`)
}

function stems(words: string): Stem[] {
  return stemsOf(words, english)
}

type Build = Awaited<ReturnType<IndexStorage['beginBuild']>>

async function put(
  build: Build,
  written: Promise<Document>,
  vectorOf: (text: string) => Float32Array = () => EAST,
): Promise<void> {
  const document = await written
  await build.put(document, vectorsFor(document, vectorOf))
}

async function publish(
  storage: IndexStorage,
  documents: readonly Promise<Document>[],
  vectorOf?: (text: string) => Float32Array,
): Promise<void> {
  const build = await storage.beginBuild()
  for (const document of documents) await put(build, document, vectorOf)
  await build.publish()
  await build.close()
}

/** That a document stands in a store as it was put, and is found by each of its passages' stems. */
async function expectStored(store: Store, written: Promise<Document>): Promise<void> {
  const document = await written
  const stored = await store.document(document.id)
  expect(stored?.text).toBe(document.text)
  for (const passage of document.passages) {
    const ids = await store.findPassages(passage.stems, 1000, [document.id])
    const found = (await store.passages(ids)).find(({ start }) => start === passage.start)
    expect(found?.text).toBe(document.text.slice(passage.start, passage.end))
    expect(found?.sentences.map(({ start, end }) => ({ start, end }))).toEqual(passage.sentences)
  }
}

/** Begins a build in another process, which is killed when it has put a document. */
async function killBuild(module: URL, place: string): Promise<void> {
  const program = fileURLToPath(new URL('../../support/begin-build.ts', import.meta.url))
  const tsx = createRequire(import.meta.url).resolve('tsx')
  const child = spawn(
    process.execPath,
    ['--import', tsx, program, module.href, place, RECIPE, 'killed'],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  await once(child.stdout, 'data')
  child.kill('SIGKILL')
  await once(child, 'exit')
}
