import { expect, test } from 'vitest'
import { english } from '../../../index/language/en.ts'
import { partsOf, utterancesBefore } from '../../../server/conversation/history.ts'

test.each([
  ['When was he appointed?', 'When was he appointed?', []],
  ['Interesting. What are the effects?', 'What are the effects?', []],
  [
    'Wow, that is better than I thought. What are common treatments?',
    'What are common treatments?',
    ['Wow, that is better than I thought.'],
  ],
  ['No, I meant for lobular.', 'No, I meant for lobular.', []],
  ['Thanks!', 'Thanks!', []],
])('"%s" asks with the sentence that ends with a question mark', (typed, asked, remarks) => {
  expect(partsOf(typed, english)).toEqual({ asked, remarks })
})

test('what was said last comes first, the remarks of the question itself before all', () => {
  const quote = { text: 'Cats sleep by day.', title: 'Cats', heading: null }
  const turns = [
    { question: 'When do cats sleep?', added: [], quotes: [quote] },
    { question: 'Why?', added: ['cats sleep'], quotes: [] },
  ]
  const said = utterancesBefore({ asked: 'And owls?', remarks: ['I like owls.'] }, turns, english)
  expect(said.map(({ kind, turnsAgo, text }) => [kind, turnsAgo, text])).toEqual([
    ['asked', 1, 'I like owls.'],
    ['asked', 1, 'Why?'],
    ['added', 1, 'cats sleep'],
    ['asked', 2, 'When do cats sleep?'],
    ['quoted', 2, 'Cats sleep by day.'],
    ['title', 2, 'Cats'],
  ])
})

test('of several quotes the one counts that the question points to', () => {
  const quotes = ['Cats sleep.', 'Owls hunt.'].map((text) => ({ text, title: null, heading: null }))
  const quoted = (asked: string) => {
    const turns = [{ question: 'Who does what?', added: [], quotes }]
    return utterancesBefore({ asked, remarks: [] }, turns, english).find(
      ({ kind }) => kind === 'quoted',
    )?.text
  }
  expect(quoted('Tell me more about the second one.')).toBe('Owls hunt.')
  expect(quoted('What about the last one?')).toBe('Owls hunt.')
  expect(quoted('Tell me more.')).toBe('Cats sleep.')
})
