import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { findParagraphs, type ParagraphedText } from '../../../server/desk-app/sentences.ts'

/** A text with the paragraphs between its empty lines. */
function paragraphed(text: string): ParagraphedText {
  const found = text.matchAll(/\S[^]*?(?=\n\s*\n|$(?![^]))/g)
  const paragraphs = Array.from(found, ({ 0: { length }, index: start }) => {
    return { start, end: start + length }
  })
  return { text, paragraphs }
}

const TEXT = 'Cats sleep.\nThey hunt at night. Mr. Owl\nflies.\n\n\n  Dogs bark at cats.  \n'

function textsOf(text: string, search: string): string[][] {
  return findParagraphs(paragraphed(text), search).paragraphs.map((sentences) =>
    sentences.map(({ start, end }) => text.slice(start, end)),
  )
}

test('sentences are exact places of the text, and a line break ends none', () => {
  expect(textsOf(TEXT, '')).toEqual([
    ['Cats sleep.', 'They hunt at night.', 'Mr. Owl\nflies.'],
    ['Dogs bark at cats.'],
  ])
})

test('what stands in no paragraph, such as a heading, is not given', () => {
  const text = 'Cats\n\nCats sleep.'
  const { paragraphs } = findParagraphs({ text, paragraphs: [{ start: 6, end: 17 }] }, 'cats')
  expect(paragraphs).toEqual([[{ start: 6, end: 17 }]])
})

test('only paragraphs with all words are found, in any case', () => {
  expect(textsOf(TEXT, 'CATS bark')).toEqual([['Dogs bark at cats.']])
  expect(textsOf(TEXT, 'cats owls')).toEqual([])
})

test('no more than 20 paragraphs are given, and then it says so', () => {
  const { paragraphs, isCut } = findParagraphs(paragraphed('A cat.\n\n'.repeat(21)), 'cat')
  expect(paragraphs).toHaveLength(20)
  expect(isCut).toBe(true)
  expect(findParagraphs(paragraphed('A cat.\n\n'.repeat(20)), 'cat').isCut).toBe(false)
})

test('sentences are in order, do not overlap, and have no white space around them', () => {
  const texts = fc.array(fc.constantFrom('a', 'B', '. ', '\n', '\n\n', ' ', 'é', '😀', '\u2028'))
  fc.assert(
    fc.property(texts, (parts) => {
      const text = parts.join('')
      let before = 0
      for (const { start, end } of findParagraphs(paragraphed(text), '').paragraphs.flat()) {
        expect(start).toBeGreaterThanOrEqual(before)
        expect(end).toBeGreaterThan(start)
        expect(text.slice(start, end)).toBe(text.slice(start, end).trim())
        before = end
      }
    }),
  )
})
