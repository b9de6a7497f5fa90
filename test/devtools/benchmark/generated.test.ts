import { describe, expect, test } from 'vitest'
import { readFrontMatter } from '../../../index/documents/front-matter.ts'
import { cosine } from '../../../index/cosine.ts'
import { english } from '../../../index/language/en.ts'
import { searchStems } from '../../../index/language/stems.ts'
import { splitText } from '../../support/split.ts'
import { generateDocument, SHAPE } from '../../../devtools/benchmark/generate-corpus.ts'
import { generateVectors } from '../../../devtools/benchmark/generate-vectors.ts'
import { randomNumbers } from '../../../devtools/benchmark/random.ts'
import { zipfVocabulary } from '../../../devtools/benchmark/vocabulary.ts'

const WORDS = Array.from({ length: 2000 }, (_, i) => `word${i.toString(36)}`)
const vocabulary = zipfVocabulary(WORDS)

describe('a vocabulary', () => {
  test('gives words as often as texts use them', () => {
    const random = randomNumbers(1)
    const drawn = Array.from({ length: 20_000 }, () => vocabulary.draw(random()))
    const share = (from: number, to: number) =>
      drawn.filter((rank) => from <= rank && rank < to).length / drawn.length
    expect(share(0, 10)).toBeGreaterThan(0.1)
    // By Zipf's law, each power of ten of the ranks is used about as often as the next.
    expect(share(100, 1000) / share(1000, 8000)).toBeCloseTo(1.1, 0)
    expect(share(8000, Infinity)).toBeLessThan(0.2)
    expect(Math.max(...drawn)).toBeGreaterThan(20_000)
  })

  test('has its words in order of frequency, and makes up rare ones', () => {
    expect(vocabulary.word(0)).toBe('word0')
    expect(new Set(Array.from({ length: 3000 }, (_, i) => vocabulary.word(i))).size).toBe(3000)
  })
})

describe('a generated document', () => {
  test('is the same for the same number, and differs for another number', () => {
    expect(generateDocument(vocabulary, 7)).toEqual(generateDocument(vocabulary, 7))
    expect(generateDocument(vocabulary, 7).content).not.toBe(
      generateDocument(vocabulary, 8).content,
    )
  })

  test('splits into the passages and sentences that it was generated from', () => {
    const { text } = readFrontMatter(generateDocument(vocabulary, 3).content)
    const passages = splitText(text)
    expect(passages).toHaveLength(SHAPE.passagesPerDocument)
    for (const { sentences } of passages) expect(sentences).toHaveLength(SHAPE.sentencesPerPassage)
  })

  test('contains the sentences that its questions ask about', () => {
    const { content, questions } = generateDocument(vocabulary, 5)
    const { text } = readFrontMatter(content)
    expect(questions).toHaveLength(SHAPE.questionsPerDocument)
    for (const { question, gold } of questions) {
      const answer = text.slice(gold.start, gold.end)
      expect(answer).toMatch(/^\S.*\.$/)
      const words = searchStems(answer, english)
      const shared = searchStems(question, english).filter((word) => words.includes(word))
      expect(shared.length).toBeGreaterThanOrEqual(4)
    }
  })
})

test('generated vectors are normalised, the same for the same text, and nearer where texts share words', () => {
  const embed = generateVectors()
  const text = embed('Owls: They fly at night over the river.')
  expect(text).toEqual(generateVectors()('Owls: They fly at night over the river.'))
  expect(cosine(text, text)).toBeCloseTo(1)
  const near = cosine(text, embed('What do owls do at night over the river?'))
  expect(near).toBeGreaterThan(cosine(text, embed('Which budget was passed in 2019?')))
})
