import * as fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type Stem, toStem } from '../../../index/language/language.ts'
import { openDatabase } from '../../../index/postgres/database.ts'
import { embeddedStorage } from '../../../index/storage/embedded/embedded-storage.ts'
import { postgresStorage } from '../../../index/storage/postgres/postgres-storage.ts'
import type { IndexStorage, Store } from '../../../index/storage/storage.ts'
import { POSTGRES_URL, temporaryDatabase } from '../../support/postgres.ts'
import { documentOf, vectorsFor } from '../../support/stored-documents.ts'
import { temporaryFolder } from '../../support/temporary.ts'

// The first ones are in most passages, the last ones in few: some weigh next to nothing.
const WORDS = ['owl', 'cat', 'dog', 'fox', 'hen', 'bat', 'ant', 'bee', 'naïve', '日本', 'zx9']
const word = fc
  .integer({ min: 0, max: WORDS.length ** 2 - 1 })
  .map((n) => WORDS[WORDS.length - 1 - Math.floor(Math.sqrt(n))] ?? '')
const passage = fc.array(word, { minLength: 1, maxLength: 12 }).map((words) => words.join(' '))
const documents = fc.array(
  fc.array(passage, { minLength: 1, maxLength: 6 }).map((each) => each.join('.\n\n')),
  { minLength: 2, maxLength: 12 },
)
const stem = fc.oneof(word, fc.constantFrom('cats', 'ow')).map((each) => toStem(each))
const questions = fc.array(
  fc.record({
    stems: fc.array(stem, { maxLength: 6 }),
    limit: fc.integer({ min: 1, max: 12 }),
    documentIds: fc.option(fc.subarray(['d0', 'd1', 'd2', 'nothing'])),
  }),
  { minLength: 30, maxLength: 30 },
)

async function storeOf(storage: IndexStorage, texts: readonly string[]): Promise<Store> {
  const build = await storage.beginBuild({ force: true })
  for (const [i, text] of texts.entries()) {
    const document = await documentOf(`d${i}`, text)
    await build.put(
      document,
      vectorsFor(document, () => Float32Array.of(1, 0)),
    )
  }
  await build.publish()
  await build.close()
  return storage.open()
}

async function places(store: Store, passageIds: readonly number[]): Promise<string[]> {
  return (await store.passages(passageIds)).map(({ document, start }) => `${document.id} ${start}`)
}

const recipe = async () => 'the recipe'

interface Question {
  readonly stems: readonly Stem[]
  readonly limit: number
  readonly documentIds: readonly string[] | null
}

async function found(store: Store, { stems, limit, documentIds }: Question) {
  return {
    best: await places(store, await store.findPassages(stems, limit, documentIds)),
    sharing: await places(store, await store.findPassagesWith(stems, limit, documentIds)),
    frequencies: await store.stemFrequencies(stems),
    vocabulary: await store.vocabulary(stems[0]?.slice(0, limit % 3) ?? '', 1, limit),
  }
}

describe.skipIf(POSTGRES_URL === undefined)('PostgreSQL', () => {
  test('finds the same passages by words as the embedded index, in the same order', async () => {
    const database = openDatabase(await temporaryDatabase())
    onTestFinished(() => database.close())
    const indexDir = await temporaryFolder()
    const storages = [embeddedStorage({ indexDir, recipe }), postgresStorage({ database, recipe })]
    await fc.assert(
      fc.asyncProperty(documents, questions, async (texts, asked) => {
        const [embedded, postgres] = await Promise.all(
          storages.map((storage) => storeOf(storage, texts)),
        )
        if (!embedded || !postgres) throw new Error('a store is missing')
        for (const question of asked) {
          expect(await found(postgres, question)).toEqual(await found(embedded, question))
        }
        await embedded.close()
      }),
      { numRuns: 8 },
    )
  })
})
