import { describe, expect, test } from 'vitest'
import {
  hasFollowUpWording,
  mentionsEarlierThing,
} from '../../../server/conversation/detect-follow-up.ts'
import { namesIn, nameOfTitle } from '../../../server/conversation/names.ts'
import { rewriteFollowUp } from '../../../server/conversation/rewrite-follow-up.ts'
import { english } from '../../../index/language/en.ts'

describe('a question is a follow-up question by its wording', () => {
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
    expect(hasFollowUpWording(question)).toBe(true)
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
    expect(hasFollowUpWording(question)).toBe(false)
  })
})

test('a question without a name is a follow-up if it says "the" and a thing mentioned earlier', () => {
  expect(mentionsEarlierThing('When did the convoy leave?', ['A convoy was attacked.'])).toBe(true)
  expect(mentionsEarlierThing('When did the train leave?', ['A convoy was attacked.'])).toBe(false)
  expect(mentionsEarlierThing('When did the convoy reach Basra?', ['A convoy was attacked.'])).toBe(
    false,
  )
})

test('names are runs of capitalised words, without a word that only opens a sentence', () => {
  expect(namesIn('In April, Mustafa al-Kadhimi met the Shah of Iran. Nobody left.')).toEqual([
    'Mustafa al-Kadhimi',
    'Shah of Iran',
  ])
  expect(nameOfTitle('Kurt Vonnegut (writer)')).toBe('Kurt Vonnegut')
  expect(nameOfTitle('Tightrope over the Tigris: Iraq')).toBeNull()
})

const turn = (interpretedAs: string, text = '') => {
  return { interpretedAs, quotes: [{ text, title: 'Reins and militias: a view', passage: text }] }
}

describe('a follow-up question is rewritten with the name that its pronoun stands for', () => {
  test.each([
    ['When was he born?', [turn('Who was Kurt Vonnegut?')], 'When was Kurt Vonnegut born?'],
    ['When do they sleep?', [turn('What do the Owls say?')], 'When do Owls sleep?'],
    ['Who was her mother?', [turn('Did Ann Lee marry?')], 'Who was Ann Lee’s mother?'],
    ['Do they win?', [turn('Why do the Shiite militias fight?')], 'Do the Shiite militias win?'],
    ['Who signed it?', [turn('What agreement was made?')], 'Who signed the agreement?'],
    ['by whom?', [turn('Who was hit in Basra?')], 'by whom? (Who was hit in Basra?)'],
    [
      'What did he do?',
      [turn('Who was dismissed?', 'Esmail Qaani was dismissed.')],
      'What did Esmail Qaani do?',
    ],
    ['When was he born?', [turn('What is a reed?')], 'When was he born?'],
    ['When was he born?', [], 'When was he born?'],
  ])('%s', (question, history, rewritten) => {
    expect(rewriteFollowUp(question, history, null)).toBe(rewritten)
  })

  test('the title of the topic document is used if it is a name', () => {
    const history = [turn('What is a reed?')]
    expect(rewriteFollowUp('When was he born?', history, 'Kurt Vonnegut')).toBe(
      'When was Kurt Vonnegut born?',
    )
  })
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
