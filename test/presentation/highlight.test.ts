import { expect, test } from 'vitest'
import { highlightParts } from '../../presentation/highlight.ts'

test('a quote is cut at the words that answer, with white space folded', () => {
  const text = 'It began\n in  May, he\nsaid. '
  expect(highlightParts({ text, start: 100, highlight: { start: 110, end: 117 } })).toEqual({
    before: 'It began ',
    words: 'in May',
    after: ', he said.',
  })
})

test('without words that answer, all of the quote stands before them', () => {
  expect(highlightParts({ text: ' It  began. ', start: 5, highlight: null })).toEqual({
    before: 'It began.',
    words: '',
    after: '',
  })
})
