import { chmod, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import path from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseDocument } from '../../index/documents/document.ts'
import { hashFile } from '../../index/files.ts'
import type { PassageText } from '../../index/inference/types.ts'
import { english } from '../../index/language/en.ts'
import { searchStems, stemsOf } from '../../index/language/stems.ts'
import { embeddedStorage } from '../../index/storage/embedded/embedded-storage.ts'
import type { IndexStorage, Store } from '../../index/storage/storage.ts'
import { build, open, storageIn } from '../support/project.ts'
import { temporaryFolder, writeFiles } from '../support/temporary.ts'
import { wordVectors } from '../support/word-vectors.ts'

const FILES = {
  'cats.txt': 'Cats sleep all day. They hunt at night.\n\nA cat has whiskers.',
  'dogs.md': '# Dogs\n\nDogs bark at strangers. A dog guards the house.',
  'fish/trout.txt': '---\ntitle: On trout\n---\nTrout live in cold rivers. Nobody hears them.',
}

async function folders(files: Record<string, string | Uint8Array> = FILES) {
  const documents = await temporaryFolder()
  const index = await temporaryFolder()
  await writeFiles(documents, files)
  return { documents, index, inference: wordVectors() }
}

async function built() {
  const all = await folders()
  await build(all.documents, all.index, all.inference)
  return { ...all, file: (name: string) => path.join(all.index, 'generation-1', name) }
}

/** What a question finds: the texts of passages by words, and of sentences by vector. */
async function find(store: Store, question: string, documentIds: string[] | null = null) {
  const [vector] = await wordVectors().embed([question])
  const passageIds = await store.findPassages(searchStems(question, english), 5, documentIds)
  const sentences = await store.findSentences(vector ?? new Float32Array(), 3, documentIds)
  const passages = await store.passages(passageIds)
  const around = await store.passages(sentences.map(({ passageId }) => passageId))
  return {
    passages: passages.map(({ text }) => text),
    sentences: sentences.map(({ sentenceId, distance }, i) => {
      const sentence = around[i]?.sentences.find(({ id }) => id === sentenceId)
      const text = around[i]?.text.slice(
        (sentence?.start ?? 0) - (around[i]?.start ?? 0),
        (sentence?.end ?? 0) - (around[i]?.start ?? 0),
      )
      return { text, distance: distance.toFixed(4) }
    }),
  }
}

/** The texts and the problems of what is served, each by its name. */
async function served(index: string) {
  const store = await open(index)
  const documents = await store.documents()
  const texts = await Promise.all(documents.map(({ id }) => store.document(id)))
  const problems = (await store.problems()).map(({ name }) => name)
  await store.close()
  return { texts: Object.fromEntries(texts.map((each) => [each?.id, each?.text])), problems }
}

test('a built passage is found by its words and by its vector, with its document', async () => {
  const { documents, index, inference } = await folders()
  expect(await build(documents, index, inference)).toMatchObject({
    published: true,
    documents: 3,
    changed: 3,
    embedded: 7,
    problems: [],
  })
  const store = await open(index)
  const found = await find(store, 'Where do trout live?')
  expect(found.passages[0]).toContain('Trout live in cold rivers.')
  expect(found.sentences[0]?.text).toBe('Trout live in cold rivers.')
  expect(await store.documents()).toMatchObject([
    { id: 'cats', title: 'cats', paragraphs: 2 },
    { id: 'dogs', title: 'Dogs', paragraphs: 1 },
    { id: 'fish-trout', title: 'On trout', characters: 45 },
  ])
  expect((await store.document('fish-trout'))?.text).toBe(
    'Trout live in cold rivers. Nobody hears them.',
  )
  expect(await store.document('nothing')).toBeNull()
  await store.close()
})

test('a search in some documents finds nothing of others', async () => {
  const { documents, index, inference } = await folders()
  await build(documents, index, inference)
  const store = await open(index)
  const found = await find(store, 'Where do trout and cats live?', ['dogs', 'cats'])
  expect(found.passages.join()).not.toContain('rout')
  expect(found.sentences).toHaveLength(3)
  expect(found.sentences.map(({ text }) => text).join()).not.toContain('rout')
  await store.close()
})

test.each([
  '"',
  '*',
  'NEAR(cats dogs)',
  'cats AND',
  'title: cats',
  '^cats',
  '-cats',
  "'",
  'a"b OR',
])('what means something to FTS5 is text like any other: %s', async (question) => {
  const { documents, index, inference } = await folders()
  await build(documents, index, inference)
  const store = await open(index)
  const { passages } = await find(store, question)
  expect(passages.length > 0).toBe(question.includes('cats'))
  await store.close()
})

describe('a build with an index there', () => {
  test('embeds nothing and publishes nothing where nothing changed', async () => {
    const { documents, index, inference } = await folders()
    await build(documents, index, inference)
    const before = await readdir(index)
    inference.embedded = 0
    expect(await build(documents, index, inference)).toMatchObject({
      published: false,
      changed: 0,
      embedded: 0,
    })
    expect(inference.embedded).toBe(0)
    expect(await readdir(index)).toEqual(before)
  })

  test('embeds only the passages that changed', async () => {
    const { documents, index, inference } = await folders()
    await build(documents, index, inference)
    await writeFiles(documents, {
      'cats.txt': 'Cats sleep all day. They hunt at dawn.\n\nA cat has whiskers.',
    })
    expect(await build(documents, index, inference)).toMatchObject({ changed: 1, embedded: 2 })
    const store = await open(index)
    expect((await find(store, 'hunt at dawn')).sentences[0]?.text).toBe('They hunt at dawn.')
    expect((await find(store, 'hunt at night')).passages.join()).not.toContain('night')
    await store.close()
  })

  test('removes a document whose file is gone', async () => {
    const { documents, index, inference } = await folders()
    await build(documents, index, inference)
    await rm(path.join(documents, 'dogs.md'))
    expect(await build(documents, index, inference)).toMatchObject({ removed: 1, embedded: 0 })
    const store = await open(index)
    const found = await find(store, 'Dogs bark at strangers')
    expect(JSON.stringify(found)).not.toContain('bark')
    expect(await store.document('dogs')).toBeNull()
    await store.close()
  })

  test('embeds everything anew with force', async () => {
    const { documents, index, inference } = await folders()
    await build(documents, index, inference)
    expect(await build(documents, index, inference, { force: true })).toMatchObject({
      published: true,
      embedded: 7,
    })
  })

  test('finds the same as an index that is built from scratch, after any changes of the documents', async () => {
    const name = fc.constantFrom('a.txt', 'b.txt', 'c.md', 'd.txt')
    const sentence = fc.constantFrom('Cats sleep.', 'Dogs bark.', 'Trout swim.', 'Owls fly.')
    const content = fc.array(sentence, { minLength: 1, maxLength: 6 }).map((all) => all.join(' '))
    const steps = fc.array(fc.dictionary(name, content, { minKeys: 1 }), {
      minLength: 2,
      maxLength: 5,
    })
    await fc.assert(
      fc.asyncProperty(steps, async (states) => {
        const { documents, index, inference } = await folders({})
        for (const files of states) {
          await rm(documents, { recursive: true })
          await writeFiles(documents, files)
          await build(documents, index, inference)
        }
        const anew = await temporaryFolder()
        await build(documents, anew, inference)
        const [grown, fresh] = [await open(index), await open(anew)]
        for (const question of ['cats sleep', 'trout', 'owls fly']) {
          const [one, other] = [await find(grown, question), await find(fresh, question)]
          expect(one.passages.toSorted()).toEqual(other.passages.toSorted())
          // Equal sentences are equally near, in any order.
          const distances = (found: typeof one) => found.sentences.map(({ distance }) => distance)
          expect(distances(one)).toEqual(distances(other))
        }
        await grown.close()
        await fresh.close()
      }),
      { numRuns: 12 },
    )
  })
})

describe('files that are rejected', () => {
  const BAD = Uint8Array.of(0xff, 0xfe, 0x00)

  test('are named and kept as problems, and the others are published', async () => {
    const { documents, index, inference } = await folders({ 'cats.txt': 'Cats purr.' })
    await build(documents, index, inference)
    await writeFiles(documents, {
      'new.txt': 'Owls fly at night.',
      'bad.txt': BAD,
      'front.md': '---\ntitle: "a\n---\nText.',
    })
    const result = await build(documents, index, inference)
    expect(result).toMatchObject({ published: true, documents: 2, embedded: 1 })
    expect(result.problems.map(({ name }) => name)).toEqual(['bad.txt', 'front.md'])
    const texts = { cats: 'Cats purr.', new: 'Owls fly at night.' }
    expect(await served(index)).toEqual({ texts, problems: ['bad.txt', 'front.md'] })

    const again = await build(documents, index, inference)
    expect(again).toMatchObject({ published: false, problems: result.problems })
    await rm(path.join(documents, 'bad.txt'))
    await rm(path.join(documents, 'front.md'))
    expect(await build(documents, index, inference)).toMatchObject({ published: true, embedded: 0 })
    expect(await served(index)).toEqual({ texts, problems: [] })
  })

  test('stay served as they were before, until they are right or gone', async () => {
    const { documents, index, inference } = await folders({ 'a.txt': 'Cats.', 'b/c.txt': 'Dogs.' })
    await build(documents, index, inference)
    await writeFiles(documents, { 'a.txt': BAD, 'b/c.txt': BAD })
    await build(documents, index, inference)
    await build(documents, index, inference)
    const before = { a: 'Cats.', 'b-c': 'Dogs.' }
    expect(await served(index)).toEqual({ texts: before, problems: ['a.txt', 'b/c.txt'] })
    await writeFiles(documents, { 'a.txt': 'Cats.' })
    await rm(path.join(documents, 'b/c.txt'))
    expect(await build(documents, index, inference)).toMatchObject({ removed: 1, embedded: 0 })
    expect(await served(index)).toEqual({ texts: { a: 'Cats.' }, problems: [] })
  })

  test('stay served as they were before where another file has the same id', async () => {
    const { documents, index, inference } = await folders({ 'a b.txt': 'Cats.' })
    await build(documents, index, inference)
    await writeFiles(documents, { 'a-b.txt': 'Dogs.' })
    const { problems } = await build(documents, index, inference)
    expect(problems).toMatchObject([{ name: 'a b.txt', id: 'a-b' }])
    expect((await served(index)).texts).toEqual({ 'a-b': 'Cats.' })
  })

  test('stay served as they were before where their folder cannot be read', async ({ skip }) => {
    if (process.getuid?.() === 0) skip('everything may be read by root')
    const { documents, index, inference } = await folders({
      'in/a.txt': 'Cats.',
      'in/b/c.txt': 'Dogs.',
      'in.txt': 'Owls.',
    })
    await build(documents, index, inference)
    await chmod(path.join(documents, 'in'), 0)
    await rm(path.join(documents, 'in.txt'))
    await build(documents, index, inference)
    await chmod(path.join(documents, 'in'), 0o700)
    const texts = { 'in-a': 'Cats.', 'in-b-c': 'Dogs.' }
    expect(await served(index)).toEqual({ texts, problems: ['in'] })
  })

  test('are parsed once, however often the index is built, until they change', async () => {
    // Takes longer than it may.
    const nested = Array.from({ length: 700 }, (_, i) => `${'  '.repeat(i)}- a`).join('\n')
    const { documents, index, inference } = await folders({ 'busy.md': nested })
    const options = { parseTimeoutMs: 1000 }
    const first = await build(documents, index, inference, options)
    expect(first).toMatchObject({ published: true, documents: 0 })
    let isParsing = false
    const onProgress = () => (isParsing = true)
    const second = await build(documents, index, inference, { ...options, onProgress })
    expect(second.problems).toEqual(first.problems)
    expect(isParsing).toBe(false)
    await writeFiles(documents, { 'busy.md': 'Owls fly.' })
    expect(await build(documents, index, inference, options)).toMatchObject({ problems: [] })
  })

  test('a folder without documents is an error that says so', async () => {
    const { documents, index, inference } = await folders({ 'readme.rtf': '' })
    await expect(build(documents, index, inference)).rejects.toMatchObject({
      code: 'documents-empty',
    })
  })

  test('a document without a sentence is a document too', async () => {
    const { documents, index, inference } = await folders({ 'empty.txt': '', 'rule.md': '---' })
    expect(await build(documents, index, inference)).toMatchObject({ published: true })
    const store = await open(index)
    expect(await store.documents()).toMatchObject([{ paragraphs: 0 }, { paragraphs: 0 }])
    expect(await find(store, 'anything')).toEqual({ passages: [], sentences: [] })
    await store.close()
  })
})

test('a second build at the same time is refused', async () => {
  const { documents, index, inference } = await folders()
  let second: unknown
  const slow = {
    ...inference,
    embedSentences: async (passages: readonly PassageText[]) => {
      second ??= await build(documents, index, wordVectors()).catch((error: unknown) => error)
      return wordVectors().embedSentences(passages)
    },
  }
  expect(await build(documents, index, slow)).toMatchObject({ published: true })
  expect(second).toMatchObject({ code: 'build-running' })
})

/** Word vectors, with fewer numbers for texts about dogs. */
function shorterForDogs() {
  const words = wordVectors()
  const embedSentences = async (passages: readonly PassageText[]) =>
    Array.from(await words.embedSentences(passages), (vectors, i) =>
      passages[i]?.sentences.join().includes('Dogs')
        ? vectors.map((vector) => vector.slice(0, 3))
        : vectors,
    )
  return { ...words, embedSentences }
}

describe('vectors of another length', () => {
  const message = expect.stringMatching(/vector of \d+ numbers; the others in the index have \d+/)
  const refusal = { code: 'inference-failed', message }

  test('end a first build, and nothing is published', async () => {
    const { documents, index } = await folders()
    await expect(build(documents, index, shorterForDogs())).rejects.toMatchObject(refusal)
    await expect(open(index)).rejects.toMatchObject({ code: 'index-missing' })
    expect(await build(documents, index, wordVectors())).toMatchObject({ published: true })
  })

  test('than the index has end a build, and the index that was served stays', async () => {
    const { documents, index } = await built()
    const before = await served(index)
    await writeFiles(documents, { 'wolves.txt': 'Dogs come from wolves.' })
    await expect(build(documents, index, shorterForDogs())).rejects.toMatchObject(refusal)
    expect(await served(index)).toEqual(before)
    expect(await build(documents, index, wordVectors())).toMatchObject({ documents: 4 })
  })
})

test('a word that is gone from the documents is no longer counted', async () => {
  const { documents, index, inference } = await built()
  await writeFiles(documents, { 'cats.txt': 'Cats purr.' })
  await build(documents, index, inference)
  const store = await open(index)
  expect(await store.stemFrequencies(stemsOf('cats purr whiskers bark', english))).toEqual({
    passages: 3,
    frequencies: [1, 1, 0, 1],
  })
  await store.close()
})

async function openAndFind(storage: IndexStorage) {
  const store = await storage.open()
  const found = await find(store, 'Where do trout live?')
  await store.close()
  return found
}

describe('a damaged index', () => {
  test('is noticed by a storage that has only compared an older generation', async () => {
    const { documents, index, inference, file } = await built()
    const storage = storageIn(index)
    await (await storage.beginBuild()).close()
    await build(documents, index, inference, { force: true })
    await writeFile(file('../generation-2/index.sqlite'), 'x')
    await expect(storage.open()).rejects.toMatchObject({ code: 'index-corrupt' })
  })

  test('a graph that is missing or damaged is rebuilt from SQLite', async () => {
    const { index, file } = await built()
    const store = await open(index)
    const before = await find(store, 'Where do trout live?')
    await store.close()
    const graph = file('sentences.hnsw')
    const size = (await readFile(graph)).length
    const damages = [
      () => rm(graph),
      () => truncate(graph, size / 2),
      () => writeFile(graph, Buffer.alloc(size, 7)),
    ]
    for (const damage of damages) {
      await damage()
      const mended = await open(index)
      expect(await find(mended, 'Where do trout live?')).toEqual(before)
      await mended.close()
      // Mended for good: the next one finds it as its manifest says.
      expect((await readFile(graph)).length).toBe(size)
    }
  })

  test('a graph is compared with its digest during a build, and again whenever it is read later', async () => {
    const { index, file } = await built()
    const storage = storageIn(index)
    const graph = file('sentences.hnsw')
    const size = (await readFile(graph)).length
    await writeFile(graph, Buffer.alloc(size, 7))
    await (await storage.beginBuild({ isOpenedNext: true })).close()
    const found = await openAndFind(storage)
    await writeFile(graph, Buffer.alloc(size, 7))
    expect(await openAndFind(storage)).toEqual(found)
    expect(found.sentences[0]?.text).toContain('Trout live')
  })

  test('a graph that was truncated before its digest was computed, as on a full disk, is rebuilt', async () => {
    const { index, file } = await built()
    await truncate(file('sentences.hnsw'), 5000)
    const manifest: Record<string, string> = JSON.parse(
      await readFile(file('manifest.json'), 'utf8'),
    )
    const hnsw = await hashFile(file('sentences.hnsw'))
    await writeFile(file('manifest.json'), JSON.stringify({ ...manifest, hnsw }))
    const store = await open(index)
    expect((await find(store, 'Where do trout live?')).sentences[0]?.text).toContain('Trout live')
    await store.close()
  })

  test.each([
    ['cut short', (file: string) => truncate(file, 5000)],
    ['overwritten', (file: string) => writeFile(file, 'x')],
    ['gone', (file: string) => rm(file)],
  ])(
    'a database that is %s is an error that names the command, which mends it',
    async (_, damage) => {
      const { documents, index, inference, file } = await built()
      await damage(file('index.sqlite'))
      const error = {
        code: 'index-corrupt',
        message: expect.stringContaining('npm run build-index -- --force'),
      }
      await expect(open(index)).rejects.toMatchObject(error)
      await expect(build(documents, index, inference)).rejects.toMatchObject(error)
      expect(await build(documents, index, inference, { force: true })).toMatchObject({
        published: true,
      })
      await (await open(index)).close()
    },
  )

  test('an unreadable manifest or pointer is an error that names the command', async () => {
    const { documents, index, inference, file } = await built()
    await writeFile(file('manifest.json'), '{"fingerprint":')
    await expect(open(index)).rejects.toMatchObject({ code: 'index-corrupt' })
    await writeFile(path.join(index, 'current'), '../../etc')
    await expect(open(index)).rejects.toMatchObject({ code: 'index-corrupt' })
    await build(documents, index, inference, { force: true })
    await (await open(index)).close()
  })

  test('an index with another recipe is an error that names the command', async () => {
    const { index } = await built()
    const storage = embeddedStorage({ indexDir: index, recipe: async () => 'another recipe' })
    await expect(storage.open()).rejects.toMatchObject({
      code: 'index-stale',
      message: expect.stringContaining('npm run build-index'),
    })
  })

  test('no index is an error that names the command', async () => {
    await expect(open(await temporaryFolder())).rejects.toMatchObject({ code: 'index-missing' })
  })
})

test('every passage and sentence of the index is a slice of its document', async () => {
  const line = fc.string({ unit: 'grapheme', maxLength: 60 })
  const separator = fc.constantFrom(' ', '\n', '\r\n', '\n\n', '\r\n\r\n', '\t', '. ', '! ', '😀 ')
  const text = fc
    .array(fc.tuple(line, separator), { maxLength: 20 })
    .map((all) => all.flat().join(''))
  // Four of each in one build: a build takes most of the time.
  const texts = fc.array(text, { minLength: 8, maxLength: 8 })
  await fc.assert(
    fc.asyncProperty(texts, async (written) => {
      const files = Object.fromEntries(
        written.map((each, i) => [i < 4 ? `plain-${i}.txt` : `marked-${i}.md`, each]),
      )
      const { documents, index, inference } = await folders(files)
      const { problems } = await build(documents, index, inference)
      const unread = new Set(problems.map(({ name }) => name))
      const store = await open(index)
      for (const name of Object.keys(files).filter((each) => !unread.has(each))) {
        const { name: id, ext } = path.parse(name)
        const format = ext === '.txt' ? 'plain' : 'markdown'
        const file = { id, name, path: '', format } as const
        const expected = await parseDocument(file, Buffer.from(files[name] ?? ''), '')
        const document = await store.document(id)
        expect(document?.text).toBe(expected.text)
        const ids = await store.findPassages(searchStems(expected.text, english), 1000, [id])
        for (const passage of await store.passages(ids)) {
          expect(document?.text.slice(passage.start, passage.end)).toBe(passage.text)
          for (const { start, end } of passage.sentences) {
            const quote = passage.text.slice(start - passage.start, end - passage.start)
            expect(document?.text.slice(start, end)).toBe(quote)
          }
        }
      }
      await store.close()
    }),
    { numRuns: 10 },
  )
})
