import { rm } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { copyIndex } from '../../index/copy-index.ts'
import type { IndexStorage } from '../../index/storage/storage.ts'
import { storageAt } from '../support/embedded-storage.ts'
import { build, storageIn } from '../support/project.ts'
import { temporaryFolder, writeFiles } from '../support/temporary.ts'
import { wordVectors } from '../support/word-vectors.ts'

const FILES = {
  'a.md': '# Owls\n\nOwls hunt at night.\n\n## Food\n\nThey eat mice. Some eat fish.',
  'b.txt': 'Cats sleep all day.',
  'bad.txt': Uint8Array.of(0xff),
}

/** An index of these files, and an empty place. */
async function newIndexes() {
  const documents = await temporaryFolder()
  const indexDir = await temporaryFolder()
  const other = await temporaryFolder()
  // One build after the other gives the ids in the order of the documents, as a copy does.
  for (const [name, content] of Object.entries(FILES)) {
    await writeFiles(documents, { [name]: content })
    await build(documents, indexDir, wordVectors())
  }
  return { documents, indexDir, from: storageIn(indexDir), to: storageIn(other), other }
}

async function contentOf(storage: IndexStorage) {
  const store = await storage.open()
  const documents = await store.documents()
  const content = {
    documents,
    sources: await store.sources(),
    problems: await store.problems(),
    vocabulary: await store.vocabulary('', 0, 100),
    passages: await Promise.all(documents.map(({ id }) => store.firstPassages(id, 99))),
  }
  await store.close()
  return content
}

test('a copy has what the index has, without an embedding', async () => {
  const { from, to } = await newIndexes()
  const steps: number[] = []
  const onProgress = ({ done }: { done: number }) => steps.push(done)
  expect(await copyIndex({ from, to, onProgress })).toEqual({
    published: true,
    documents: 2,
    copied: 2,
    removed: 0,
  })
  expect(steps).toEqual([0, 1, 2])
  expect(await contentOf(to)).toEqual(await contentOf(from))
})

test('a document that is there already is not copied again, and one that is gone is removed', async () => {
  const { documents, indexDir, from, to } = await newIndexes()
  await copyIndex({ from, to })
  const served = await to.served()
  expect(await copyIndex({ from, to })).toMatchObject({ published: false, copied: 0 })
  expect(await to.served()).toBe(served)

  await writeFiles(documents, { 'c.txt': 'Dogs bark.', 'bad.txt': 'Now it can be read.' })
  await rm(path.join(documents, 'b.txt'))
  await build(documents, indexDir, wordVectors())
  expect(await copyIndex({ from, to })).toEqual({
    published: true,
    documents: 3,
    copied: 2,
    removed: 1,
  })
  expect(await to.served()).not.toBe(served)
  const { documents: copied, problems } = await contentOf(to)
  expect(copied.map(({ id }) => id)).toEqual(['a', 'bad', 'c'])
  expect(problems).toEqual([])
})

test('an index that is missing or was made by another recipe is not copied, and nothing is copied into one that is built', async () => {
  const { from, indexDir, to, other } = await newIndexes()
  const recipe = 'another recipe'
  await expect(copyIndex({ from: to, to: from })).rejects.toMatchObject({ code: 'index-missing' })
  await expect(
    copyIndex({ from: storageAt(indexDir, recipe), to: storageAt(other, recipe) }),
  ).rejects.toMatchObject({ code: 'index-stale' })
  const running = await to.beginBuild()
  await expect(copyIndex({ from, to })).rejects.toMatchObject({ code: 'build-running' })
  await running.close()
  expect(await to.served()).toBeNull()
})
