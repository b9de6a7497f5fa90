import { describe, expect, test } from 'vitest'
import { english } from '../../../index/language/en.ts'
import {
  MAX_SENTENCE_LENGTH,
  type SentenceOptions,
  splitSentences,
} from '../../../index/splitting/sentences.ts'

function split(text: string, kind: SentenceOptions['kind'] = 'prose'): string[] {
  const whole = { start: 0, end: text.length }
  return splitSentences(text, whole, { language: english, kind }).map(({ start, end }) =>
    text.slice(start, end),
  )
}

test('a row of a table is one sentence, however many its cells have', () => {
  const row = 'Duty: Feed the cats. Every day. | Who: Ann'
  expect(split(row, 'whole')).toEqual([row])
})

describe('a full stop that ends no sentence', () => {
  test.each([
    ['a number after it', 'It appeared as INSS Insight No. 1351 in July. It was short.', 2],
    ['a country', 'The U.S. Army left. Nobody said why.', 2],
    ['a country at the end', 'They came from the U.S. The others came later.', 2],
    ['initials', 'George W. Bush met J. K. Rowling. They talked.', 2],
    ['initials that are abbreviations elsewhere', 'By John C. Messenger and Q. P. Jones. Done.', 2],
    ['an initial that is a word elsewhere', 'Theorists as J. A. Hobson wrote. Others did not.', 2],
    ['an abbreviation before nor', 'They sell dishes etc. Nor is that all.', 2],
    ['a title', 'Dr. Smith met Gen. Qaani and Mrs. Jones. All agreed.', 2],
    ['a company', 'Apple Inc. Chairman Levinson spoke. He was brief.', 2],
    ['a company at the end', 'He works at Apple Inc. His wife does too.', 2],
    ['a place', 'They moved to St. Louis. It was hot.', 2],
    ['a month', 'On Feb. 12 it snowed. Nobody noticed.', 2],
    ['a time of day', 'It starts at 5 p.m. Eastern time. Be there.', 2],
    ['a reference', 'See Fig. 3 and pp. 12 to 14. They show it.', 2],
    ['the word no, though', 'The answer was no. Nobody asked again.', 2],
    ['an example', 'Some arms, e.g. Rifles of the army, were lost. The rest was kept.', 2],
    ['a list number', '1. Install the program. 2. Start it.', 2],
    ['the word I, though', 'Nobody was as tired as I. Kadhimi went on.', 2],
  ])('%s', (_, text, count) => {
    expect(split(text)).toHaveLength(count)
  })
})

describe('quotation marks', () => {
  test('a closing mark stays with its sentence', () => {
    expect(split('He said “we stay.” She left.')).toEqual(['He said “we stay.”', 'She left.'])
    expect(split('He said "we stay." She left.')).toEqual(['He said "we stay."', 'She left.'])
    expect(split('(All of them left.) Then it was quiet.')).toHaveLength(2)
  })

  test('a closing mark after a space stays with its sentence too', () => {
    expect(split('He said “ we stay. ” She left.')).toEqual(['He said “ we stay. ”', 'She left.'])
  })

  test('speech that continues in lower case is one sentence with the following words', () => {
    expect(split('“Is it true?” he asked. Nobody knew.')).toEqual([
      '“Is it true?” he asked.',
      'Nobody knew.',
    ])
  })
})

test('a reference mark belongs to the sentence before it', () => {
  expect(split('It was built in 1990.³ The tower came later.')).toEqual([
    'It was built in 1990.³',
    'The tower came later.',
  ])
  expect(split('It was built in 1990.[3] The tower came later.')).toEqual([
    'It was built in 1990.[3]',
    'The tower came later.',
  ])
})

describe('line breaks', () => {
  test('a line break that only wraps a text ends no sentence', () => {
    const text =
      'This is a text that somebody\nwrapped at a width, as Iraqi\nGovernors do. It goes on.'
    expect(split(text)).toEqual([
      'This is a text that somebody\nwrapped at a width, as Iraqi\nGovernors do.',
      'It goes on.',
    ])
  })

  test('Windows line breaks count like others', () => {
    expect(split('One line that is\r\nwrapped. Another.')).toEqual([
      'One line that is\r\nwrapped.',
      'Another.',
    ])
  })

  test('list items are sentences of their own', () => {
    expect(split('Bring:\n- a passport\n- two photographs\n* money')).toEqual([
      'Bring:',
      '- a passport',
      '- two photographs',
      '* money',
    ])
  })

  test('numbered items are sentences too, but a number that only begins a line starts no item', () => {
    expect(split('Steps\n1. Open it\n2. Close it')).toEqual(['Steps', '1. Open it', '2. Close it'])
    expect(split('The pressure of O\n2 around it rose. Less O\n2. This helps.')).toEqual([
      'The pressure of O\n2 around it rose.',
      'Less O\n2.',
      'This helps.',
    ])
  })

  test('a short line before a capital stands alone', () => {
    expect(split('Opening hours\nMonday to Friday from nine to five, and Saturday')).toHaveLength(2)
  })

  test('every line of code is a sentence', () => {
    expect(split('npm install\nnpm start', 'lines')).toEqual(['npm install', 'npm start'])
  })
})

test('a text without a letter or a digit is no sentence', () => {
  expect(split('***')).toEqual([])
  expect(split('One. *** Two.')).toContain('One.')
  expect(split('   \n ')).toEqual([])
})

test('a very long sentence is cut where the model stops reading, never inside a character', () => {
  const sentences = split(`x${'😀'.repeat(MAX_SENTENCE_LENGTH)}a`)
  expect(sentences.length).toBeGreaterThan(1)
  for (const sentence of sentences) {
    expect(sentence.length).toBeLessThanOrEqual(MAX_SENTENCE_LENGTH)
    expect(sentence).not.toMatch(/\p{Surrogate}/u)
  }
})
