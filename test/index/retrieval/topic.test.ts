import { describe, expect, test } from 'vitest'
import { lacksAnswerType } from '../../../index/retrieval/answer-type.ts'
import { findTopic } from '../../../index/retrieval/topic.ts'
import { searchableText, words } from '../../../index/retrieval/words.ts'
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

describe('words', () => {
  test('lose accents, inner apostrophes and possessive endings', () => {
    expect(words("The café's owner and Kata’ib")).toEqual(['the', 'cafe', 'owner', 'and', 'kataib'])
  })

  test('are searchable as one where a hyphen joins them', () => {
    expect(searchableText('al-Kadhimi left')).toBe('al kadhimi left alkadhimi')
  })
})

test.each(['Kadhimi', 'alkadhimi', 'Khadimi', 'Kadimi', "Kata'ib", 'Kataib', 'Hezbolah', 'cafe'])(
  'a name is found however it is written: %s',
  async (name) => {
    const store = await storeOf(TEXT)
    const topic = await findTopic(`Who was ${name}?`, store)
    const [first] = await store.passages(await store.findPassages(topic.words, 1, null))
    expect(first?.text).toContain('Hezbollah')
    expect(topic.overlap(first?.text ?? '')).toBe(1)
    await store.close()
  },
)

test('a word that is only somewhat like another is not taken for it', async () => {
  const store = await storeOf('The preceding talks failed.')
  const topic = await findTopic('Who is the president?', store)
  expect(topic.overlap('The preceding talks failed.')).toBe(0)
  await store.close()
})

describe('a text lacks the type of answer', () => {
  test.each([
    ['How many fighters are there?', 'They came in 2014 with rifles.', true],
    ['How many fighters are there?', 'They had 300 rifles.', false],
    ['How many fighters are there?', 'Dozens of them.', false],
    ['How old is he?', 'He was appointed in April 2020.', true],
    ['When was he appointed?', 'He was appointed by the parliament.', true],
    ['When was he appointed?', 'He was appointed in April.', false],
    ['Why was he appointed?', 'Nobody knows.', false],
    ['What did he say when he left?', 'Nothing.', false],
    ['What is it called when states fall?', 'Nothing.', false],
    ['How long did it last?', 'It ended in 1918.', true],
    ['How long did it last?', 'It lasted for generations.', false],
    ['How long is the river?', 'It is 1,230 km long.', false],
  ])('%s %s', (question, text, lacks) => {
    expect(lacksAnswerType(question, text)).toBe(lacks)
  })
})

test('names and numbers that a text lacks are counted, whatever their case and spelling there', async () => {
  const store = await storeOf(TEXT)
  const missing = async (question: string) =>
    (await findTopic(question, store)).missingNames('AL-KADHIMI warned them in 2020.')
  expect(await missing('Did Khadimi warn Peru in 2020?')).toBe(1)
  expect(await missing('Did Kadhimi warn them in 2021?')).toBe(1)
  expect(await missing('did kadhimi warn peru?')).toBe(0)
  expect(await missing('DID KADHIMI WARN PERU?')).toBe(0)
  await store.close()
})

test('a word that is in no document is looked for as its nearest of kin', async () => {
  const store = await storeOf('The glycemic form spread.')
  const topic = await findTopic('What is glycemia?', store)
  expect(topic.overlap('The glycemic form spread.')).toBe(1)
  await store.close()
})
