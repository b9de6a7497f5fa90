import { expect, test } from 'vitest'
import { english } from '../../../index/language/en.ts'
import type { Stem } from '../../../index/language/language.ts'
import { findTopic } from '../../../index/retrieval/topic.ts'
import { build, open } from '../../support/project.ts'
import { temporaryFolder, writeFiles } from '../../support/temporary.ts'
import { wordVectors } from '../../support/word-vectors.ts'

const TEXT =
  "Al-Kadhimi warned Kata'ib Hezbollah. The café's owner fled.\n\nIran did not oppose it."

async function storeOf(text: string) {
  const documents = await temporaryFolder()
  const index = await temporaryFolder()
  await writeFiles(documents, { 'a.txt': text })
  await build(documents, index, wordVectors())
  return open(index)
}

test.each(['Kadhimi', 'alkadhimi', 'Khadimi', 'Kadimi', "Kata'ib", 'Kataib', 'Hezbolah', 'cafe'])(
  'a name is found however it is written: %s',
  async (name) => {
    const store = await storeOf(TEXT)
    const topic = await findTopic(`Who was ${name}?`, english, store)
    const [first] = await store.passages(await store.findPassages(topic.stems, 1, null))
    expect(first?.text).toContain('Hezbollah')
    expect(topic.overlap(first?.text ?? '')).toBe(1)
    await store.close()
  },
)

test('a word that only resembles another is not taken for a misspelling of it', async () => {
  const store = await storeOf('The preceding talks failed.')
  const topic = await findTopic('Who is the president?', english, store)
  expect(topic.overlap('The preceding talks failed.')).toBe(0)
  await store.close()
})

test('a misspelt word finds what the right one finds', async () => {
  const store = await storeOf('The attacks increased in June.\n\nNothing else happened.')
  const [right, misspelt] = await Promise.all(
    ['What increased?', 'What increassed?'].map((question) => findTopic(question, english, store)),
  )
  const find = (stems: readonly Stem[] = []) => store.findPassages(stems, 5, null)
  expect(await find(misspelt?.stems)).toEqual(await find(right?.stems))
  expect(misspelt?.overlap('The attacks increased in June.')).toBe(1)
  await store.close()
})

test('names and numbers that a text lacks are counted, whatever their case and spelling there', async () => {
  const store = await storeOf(TEXT)
  const missing = async (question: string) =>
    (await findTopic(question, english, store)).missingNames('AL-KADHIMI warned them in 2020.')
  expect(await missing('Did Khadimi warn Peru in 2020?')).toBe(1)
  expect(await missing('Did Kadhimi warn them in 2021?')).toBe(1)
  expect(await missing('did kadhimi warn peru?')).toBe(0)
  expect(await missing('DID KADHIMI WARN PERU?')).toBe(0)
  await store.close()
})

test('a word that is in no document is searched for as another form of it', async () => {
  const store = await storeOf('The glycemic form spread.')
  const topic = await findTopic('What is glycemia?', english, store)
  expect(topic.overlap('The glycemic form spread.')).toBe(1)
  await store.close()
})
