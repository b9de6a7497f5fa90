import { expect, test } from 'vitest'
import { selectorsOf } from '../../server/answer/selectors.ts'
import { storedQuoteOf } from './state/turns.ts'

const passage = 'A 🐈 cat. It sleeps. It hunts.'
const start = passage.indexOf('It sleeps.')
const quote = {
  ...storedQuoteOf('It sleeps.'),
  text: 'It sleeps.',
  start: 100 + start,
  end: 110 + start,
  codePoint: 90 + start,
  passage: { text: passage, start: 100, end: 100 + passage.length },
}

test('a quote is selected by its text with what stands around it, and by code points', () => {
  expect(selectorsOf(quote)).toEqual([
    { type: 'TextQuoteSelector', exact: 'It sleeps.', prefix: 'A 🐈 cat. ', suffix: ' It hunts.' },
    { type: 'TextPositionSelector', start: 90 + start, end: 100 + start },
  ])
})

test('what stands around a quote never begins or ends in the middle of a character', () => {
  const cats = '🐈'.repeat(20)
  const text = `x${cats}It sleeps.${cats}`
  const at = text.indexOf('It')
  const [selector] = selectorsOf({
    ...quote,
    start: at,
    end: at + 10,
    passage: { text: `${text}x`, start: 0, end: text.length + 1 },
  })
  expect(selector).toMatchObject({ prefix: '🐈'.repeat(16), suffix: '🐈'.repeat(16) })
})

test('without code points there is no position', () => {
  expect(selectorsOf({ ...quote, codePoint: null })).toHaveLength(1)
})
