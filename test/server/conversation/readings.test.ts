import { describe, expect, test } from 'vitest'
import { english } from '../../../index/language/en.ts'
import type { SaidTurn } from '../../../server/conversation/history.ts'
import { partsOf, utterancesBefore } from '../../../server/conversation/history.ts'
import { readingsOf, typedPart } from '../../../server/conversation/readings.ts'
import { resolveTerms } from '../../../server/conversation/terms.ts'

/** The readings of a question after these turns, if all words of the conversation are about as rare. */
function read(question: string, turns: readonly SaidTurn[]): string[] {
  const parts = partsOf(question, english)
  const history = utterancesBefore(parts, turns, english)
  const terms = resolveTerms(parts.asked, history, () => 0.7, english)
  return readingsOf(question, parts, turns, history, terms, english).map(({ text }) => text)
}

const asked = (question: string, quoted?: string): SaidTurn => {
  const quotes = quoted === undefined ? [] : [{ text: quoted, title: null, heading: null }]
  return { question, added: [], quotes }
}

describe('a question after others is read', () => {
  test.each([
    ['When was he born?', [asked('Who was Kurt Vonnegut?')], 'Kurt Vonnegut'],
    ['What are its main types?', [asked('What is a virtual machine?')], 'virtual machine'],
    ['How do they reproduce?', [asked('What do river otters eat?')], 'river otters'],
    ['by whom?', [asked('Who was murdered in Basra?')], 'murdered in Basra'],
    ['And in winter?', [asked('Where do storks live?')], 'storks'],
  ])('as typed, and with what it leaves out: %s', (question, turns, words) => {
    const [typed, withTerms = '', ...others] = read(question, turns)
    expect(typed).toBe(question)
    expect(withTerms.startsWith(`${question} (`)).toBe(true)
    expect(withTerms).toContain(words)
    expect(others).toEqual([`${question} (${turns[0]?.question})`])
  })

  test('without its remarks, where something is added', () => {
    const [typed, withTerms = ''] = read('I want to grow tomatoes on my balcony. Any tips?', [
      asked('Which vegetables are easy to grow?'),
    ])
    expect(typed).toBe('I want to grow tomatoes on my balcony. Any tips?')
    expect(withTerms).toMatch(/^Any tips\? \(/)
  })

  test('only as typed where it names something else', () => {
    const turns = [asked('Who was Kurt Vonnegut?', 'Kurt Vonnegut was an American writer.')]
    const question = 'What is the population of Reykjavik, the capital of Iceland?'
    expect(read(question, turns)).toEqual([question])
  })
})

test('what was typed is found again in a reading', () => {
  expect(typedPart({ interpretedAs: 'Why? (cats, sleep)', added: ['cats', 'sleep'] })).toBe('Why?')
  expect(typedPart({ interpretedAs: 'Why (not)?', added: [] })).toBe('Why (not)?')
})
