import { rm } from 'node:fs/promises'
import { expect, test, vi } from 'vitest'
import { openLiveIndex } from '../../index/live-index.ts'
import { FootnoteError } from '../../index/errors.ts'
import { DatabaseError } from '../../index/postgres/postgres-errors.ts'
import { english } from '../../index/language/en.ts'
import { stemsOf } from '../../index/language/stems.ts'
import type { IndexStorage } from '../../index/storage/storage.ts'
import { build, storageIn } from '../support/project.ts'
import { temporaryFolder, writeFiles } from '../support/temporary.ts'
import { wordVectors } from '../support/word-vectors.ts'

test('a new generation is served, and work that still runs keeps the old one', async () => {
  const documents = await temporaryFolder()
  const indexDir = await temporaryFolder()
  const inference = wordVectors()
  await writeFiles(documents, { 'a.txt': 'Cats sleep.' })
  await build(documents, indexDir, inference)
  const changes: unknown[] = []
  const index = await openLiveIndex({
    storage: storageIn(indexDir),
    onChange: (change) => changes.push(change),
  })

  await index.use(async (old) => {
    await writeFiles(documents, { 'b.txt': 'Dogs bark.' })
    await build(documents, indexDir, inference)
    await vi.waitFor(
      () =>
        expect(changes).toMatchObject([{ generation: expect.stringMatching(/^generation-2-/) }]),
      10_000,
    )
    // The files of the old one are gone from the folder; it answers all the same.
    expect(await old.documents()).toHaveLength(1)
    expect(await old.findPassages(stemsOf('cats', english), 5, null)).toHaveLength(1)
  })
  expect(await index.use((store) => store.documents())).toHaveLength(2)
  await index.close()
})

test('the index is opened once if nothing new is published', async () => {
  const documents = await temporaryFolder()
  const indexDir = await temporaryFolder()
  await writeFiles(documents, { 'a.txt': 'Cats sleep.' })
  await build(documents, indexDir, wordVectors())
  let opened = 0
  const storage = storageIn(indexDir)
  const counting: IndexStorage = {
    ...storage,
    open: () => {
      opened += 1
      return storage.open()
    },
  }
  const index = await openLiveIndex({
    storage: counting,
    onChange: () => {},
  })
  // Closing waits for the look that it takes at the start.
  await index.close()
  expect(opened).toBe(1)
})

test('a new generation that cannot be opened is reported once, and served when it can be', async () => {
  const documents = await temporaryFolder()
  const indexDir = await temporaryFolder()
  const inference = wordVectors()
  await writeFiles(documents, { 'a.txt': 'Cats sleep.' })
  await build(documents, indexDir, inference)
  const changes: unknown[] = []
  const storage = storageIn(indexDir)
  let failures = 0
  const failing: IndexStorage = {
    ...storage,
    open: async () => {
      const store = await storage.open()
      if (store.generation.startsWith('generation-1-') || failures === 2) return store
      failures += 1
      await store.close()
      throw new FootnoteError('index-stale', 'made by another version')
    },
  }
  const index = await openLiveIndex({
    storage: failing,
    onChange: (change) => changes.push(change),
  })
  await writeFiles(documents, { 'b.txt': 'Dogs bark.' })
  await build(documents, indexDir, inference)
  const error = { error: { code: 'index-stale' } }
  await vi.waitFor(() => expect(changes).toMatchObject([error]), 10_000)
  expect(await index.use((store) => store.documents())).toHaveLength(1)
  const served = { generation: expect.stringMatching(/^generation-2-/) }
  await vi.waitFor(() => expect(changes).toMatchObject([error, served]), 40_000)
  expect(await index.use((store) => store.documents())).toHaveLength(2)
  await index.close()
})

test('an index that was deleted and built anew is served, although its name is used again', async () => {
  const documents = await temporaryFolder()
  const indexDir = await temporaryFolder()
  await writeFiles(documents, { 'a.txt': 'Cats sleep.' })
  await build(documents, indexDir, wordVectors())
  const index = await openLiveIndex({
    storage: storageIn(indexDir),
    onChange: () => {},
  })
  await rm(indexDir, { recursive: true })
  await writeFiles(documents, { 'a.txt': 'Cats hunt.' })
  await build(documents, indexDir, wordVectors())
  await vi.waitFor(async () => {
    const document = await index.use((store) => store.document('a'))
    expect(document?.text).toBe('Cats hunt.')
  }, 10_000)
  await index.close()
})

test('a generation that comes while the database is away is served once it is back', async () => {
  const documents = await temporaryFolder()
  const indexDir = await temporaryFolder()
  await writeFiles(documents, { 'a.txt': 'Cats sleep.' })
  await build(documents, indexDir, wordVectors())
  const storage = storageIn(indexDir)
  let failures = 0
  const failing: IndexStorage = {
    ...storage,
    open: async () => {
      if (failures === 0) return storage.open()
      failures -= 1
      throw new DatabaseError('database-unavailable', 'The database cannot be reached.')
    },
  }
  const changes: unknown[] = []
  const index = await openLiveIndex({
    storage: failing,
    onChange: (change) => changes.push(change),
  })
  failures = 2
  await writeFiles(documents, { 'b.txt': 'Dogs bark.' })
  await build(documents, indexDir, wordVectors())
  await vi.waitFor(
    () => expect(changes).toMatchObject([{ generation: expect.stringMatching(/^generation-2-/) }]),
    10_000,
  )
  expect(await index.use((store) => store.documents())).toHaveLength(2)
  await index.close()
})
