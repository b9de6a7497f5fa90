import { describe, expect, test } from 'vitest'
import { leans, takesUp } from '../../../server/conversation/detect-follow-up.ts'
import { namesIn, nameOfTitle } from '../../../server/conversation/names.ts'
import { readingOf } from '../../../server/conversation/rewrite-follow-up.ts'
import { english } from '../../../index/language/en.ts'

describe('a question leans on what came before', () => {
  test.each([
    'When was he appointed?',
    'And why did Iran not oppose him?',
    'why?',
    'by whom?',
    'and in 2019?',
    'What about the Kurds?',
    'Is that true?',
    'What happened there?',
    'Who else was arrested?',
    'Did they win the former?',
  ])('%s', (question) => {
    expect(leans(question)).toBe(true)
  })
})

describe('a question stands alone', () => {
  test.each([
    'What is the capital of Peru?',
    'Why did Iran not oppose Kadhimi?',
    'Did Ann say that she was ill?',
    'Who said that the war would end?',
    'Is there a treaty with Oman?',
    'How long does it take to reach Mars?',
    'Is it true that Iran supports militias?',
    'Does Kadhimi keep his promises?',
  ])('%s', (question) => {
    expect(leans(question)).toBe(false)
  })
})

test('a question without a name takes up "the" thing that was spoken of', () => {
  expect(takesUp('When did the convoy leave?', ['A convoy was attacked.'])).toBe(true)
  expect(takesUp('When did the train leave?', ['A convoy was attacked.'])).toBe(false)
  expect(takesUp('When did the convoy reach Basra?', ['A convoy was attacked.'])).toBe(false)
})

test('names are runs of capitalised words, but not what only opens a sentence', () => {
  expect(namesIn('In April, Mustafa al-Kadhimi met the Shah of Iran. Nobody left.')).toEqual([
    'Mustafa al-Kadhimi',
    'Shah of Iran',
  ])
  expect(nameOfTitle('Kurt Vonnegut (writer)')).toBe('Kurt Vonnegut')
  expect(nameOfTitle('Tightrope over the Tigris: Iraq')).toBeNull()
})

const said = (interpretedAs: string, text = '') => {
  return { interpretedAs, quotes: [{ text, title: 'Reins and militias: a view', passage: text }] }
}

describe('a question is read', () => {
  test.each([
    ['When was he born?', [said('Who was Kurt Vonnegut?')], 'When was Kurt Vonnegut born?'],
    ['When do they sleep?', [said('What do the Owls say?')], 'When do Owls sleep?'],
    ['Who was her mother?', [said('Did Ann Lee marry?')], 'Who was Ann Lee’s mother?'],
    ['Do they win?', [said('Why do the Shiite militias fight?')], 'Do the Shiite militias win?'],
    ['Who signed it?', [said('What agreement was made?')], 'Who signed the agreement?'],
    ['by whom?', [said('Who was hit in Basra?')], 'by whom? (Who was hit in Basra?)'],
    [
      'What did he do?',
      [said('Who was dismissed?', 'Esmail Qaani was dismissed.')],
      'What did Esmail Qaani do?',
    ],
    ['When was he born?', [said('What is a reed?')], 'When was he born?'],
    ['When was he born?', [], 'When was he born?'],
  ])('%s', (question, history, reading) => {
    expect(readingOf(question, history, null)).toBe(reading)
  })

  test('by the name of the document that it is about, if that is one', () => {
    const history = [said('What is a reed?')]
    expect(readingOf('When was he born?', history, 'Kurt Vonnegut')).toBe(
      'When was Kurt Vonnegut born?',
    )
  })
})

test('words that ask for nothing get a reply, and "more" is understood', () => {
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
