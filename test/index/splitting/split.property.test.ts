import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { splitText } from '../../support/split.ts'
import type { Format } from '../../../index/documents/extractors/extractor.ts'
import { readArticles } from '../../support/evaluation-data.ts'
import { shippedText } from '../../support/shipped-document.ts'

/** What holds for every text: spans are slices, in order. */
function expectSlices(text: string, format: Format): void {
  const passages = splitText(text, format)
  let end = 0
  let paragraph = 0
  for (const passage of passages) {
    expect(passage.start).toBeGreaterThanOrEqual(end)
    expect(passage.end).toBeGreaterThan(passage.start)
    expect(passage.paragraph).toBeGreaterThanOrEqual(paragraph)
    expect(passage.paragraph).toBeLessThanOrEqual(paragraph + 1)
    paragraph = passage.paragraph
    let sentenceEnd = passage.start
    for (const sentence of passage.sentences) {
      expect(sentence.start).toBeGreaterThanOrEqual(sentenceEnd)
      expect(sentence.end).toBeLessThanOrEqual(passage.end)
      const quote = text.slice(sentence.start, sentence.end)
      expect(quote).toBe(quote.trim())
      expect(quote).toMatch(/[\p{L}\p{N}]/u)
      expect(quote).not.toMatch(/\p{Surrogate}/u)
      sentenceEnd = sentence.end
    }
    expect(passage.sentences.length).toBeGreaterThan(0)
    end = passage.end
  }
  expect(end).toBeLessThanOrEqual(text.length)
}

/** What holds for plain text besides: no letter or digit is outside every sentence. */
function expectWhole(text: string): void {
  expectSlices(text, 'plain')
  const quoted = splitText(text).flatMap(({ sentences }) =>
    sentences.map((sentence) => text.slice(sentence.start, sentence.end)),
  )
  expect(lettersOf(quoted.join(''))).toBe(lettersOf(text))
}

function lettersOf(text: string): string {
  return text.replace(/[^\p{L}\p{N}]/gu, '')
}

const word = fc.oneof(
  fc.constantFrom(
    'the',
    'Iran',
    'No.',
    'U.S.',
    'e.g.',
    'J.',
    '“so',
    'gangs,”',
    '3.5',
    'al-Kadhimi',
  ),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }),
  fc.constantFrom('😀', '👩‍👩‍👧', 'é', '𝔘𝔫𝔦', 'العربية', '中文。', '-', '#', '>', '```', '1.', '|'),
)
const gap = fc.constantFrom(
  ' ',
  '  ',
  '\t',
  '\n',
  '\r\n',
  '\r',
  '\n\n',
  '\r\n\r\n',
  '\n \t\n',
  '\f',
)
const stop = fc.constantFrom('', '.', '?', '!', '."', '.”', '…', ':', '.[1]')
const generated = fc
  .array(fc.tuple(word, stop, gap), { maxLength: 80 })
  .map((parts) => parts.flat().join(''))

describe('every passage and sentence is a slice of its document, in order, and no word is lost', () => {
  test('in the document that ships', () => {
    expectWhole(shippedText())
  })

  test('in generated texts', () => {
    fc.assert(fc.property(generated, expectWhole), { numRuns: 500 })
  })

  test('in generated Markdown', () => {
    fc.assert(
      fc.property(generated, (text) => expectSlices(text, 'markdown')),
      { numRuns: 500 },
    )
  })

  test.each([
    ['without spaces', 'x'.repeat(1_000_000)],
    ['of words', 'word '.repeat(200_000)],
    ['of sentences', 'A sentence is here. '.repeat(50_000)],
    ['of surrogate pairs', '😀a'.repeat(333_333)],
  ])('in 1 MB on one line %s', (_, text) => {
    expectWhole(text)
  })

  const articles = readArticles('xquad-en-dev.json')
  test.skipIf(articles === null)('in every text of the evaluation data', () => {
    for (const { paragraphs } of articles ?? []) {
      for (const paragraph of paragraphs) expectWhole(paragraph)
      expectWhole(paragraphs.join('\n\n'))
      expectSlices(paragraphs.join('\n\n'), 'markdown')
    }
  })
})
