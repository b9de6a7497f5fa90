import { describe, expect, test } from 'vitest'
import { english } from '../../../index/language/en.ts'
import { searchStems, stemsOf, wordsOf } from '../../../index/language/stems.ts'

describe('words', () => {
  test('lose accents, inner apostrophes and possessive endings', () => {
    const words = wordsOf("The café's owner and Kata’ib", english)
    expect(words).toEqual(['the', 'cafe', 'owner', 'and', 'kataib'])
  })

  test('are indexed as one word too where a hyphen joins them', () => {
    expect(stemsOf('al-Kadhimi left', english)).toEqual(['al', 'kadhimi', 'left', 'alkadhimi'])
  })

  test('have one stem in all their forms', () => {
    const [stem, ...others] = stemsOf('increased increases increasing', english)
    expect(others).toEqual([stem, stem])
  })
})

describe('stems to search for', () => {
  test('are the stems of the words with a topic, each word once', () => {
    expect(searchStems('Why did Iran not oppose al-Kadhimi, did Iran?', english)).toEqual([
      'iran',
      'oppos',
      'al',
      'kadhimi',
      'alkadhimi',
    ])
  })

  test('are the stems of all words if no word has a topic', () => {
    expect(searchStems('who are you?', english)).toEqual(['who', 'ar', 'you'])
  })

  test('are none where there are no words', () => {
    expect(searchStems('?! * "', english)).toEqual([])
  })
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
    expect(english.lacksAnswerType(question, text)).toBe(lacks)
  })
})

test.each([
  ['Is Iran supporting the militias?', true],
  ['and didn’t she leave?', true],
  ['Can Baghdad police its own frontiers?', true],
  ['Who is supporting the militias?', false],
  ['Island of Man?', false],
])('a question that "yes" or "no" answers begins with an auxiliary verb: %s', (question, asks) => {
  expect(english.asksWhether(question)).toBe(asks)
})

test('small talk gets a reply, and "more" asks for further quotes', () => {
  for (const talk of ['thanks', 'Thank you very much!', 'hi', 'ok', 'OK, great', 'bye']) {
    expect(english.smallTalkReply(talk)).not.toBeNull()
  }
  for (const question of ['What is good?', 'hi, who is Ann?', 'why', 'the']) {
    expect(english.smallTalkReply(question)).toBeNull()
  }
  for (const more of ['more', 'More please', 'show me more', 'anything else?']) {
    expect(english.asksForMore(more)).toBe(true)
  }
  expect(english.asksForMore('more soldiers?')).toBe(false)
})
