import { expect, test } from 'vitest'
import { judgeAnswer } from '../../../devtools/evaluation/outcome.ts'
import { smallTalkAnswer } from '../../../server/answer/answer.ts'
import { candidatesOf } from '../../support/passages.ts'

const TEXT = 'The ferry sank in the cold May of 1921.'

/** How well a highlight matches the gold words "May of 1921", 0 to 1. */
function highlightF1(words: string | null): number | undefined {
  const [candidate] = candidatesOf(TEXT)
  if (!candidate) throw new Error('there is no sentence')
  const at = (part: string) => {
    const start = TEXT.indexOf(part)
    return { start, end: start + part.length }
  }
  const quote = {
    ...candidate.sentence,
    passage: candidate.passage,
    candidate,
    confidence: 1,
    place: null,
    copies: [],
    vouched: null,
    highlight: words === null ? null : at(words),
  }
  const gold = {
    ...at('May of 1921'),
    text: 'May of 1921',
    documentId: 'd',
    match: 'contain' as const,
  }
  const question = { question: 'When?', article: 0, paragraph: 0, documentIds: null, gold }
  const answer = { ...smallTalkAnswer(''), answered: true, quotes: [quote] }
  const [judged] = judgeAnswer(question, answer, 1).quotes
  expect(judged?.right).toBe(true)
  return judged?.highlightF1
}

test('a highlight is judged by the words that it shares with the gold words', () => {
  expect(highlightF1('May of 1921')).toBe(1)
  expect(highlightF1('in the cold May of 1921')).toBeCloseTo(2 / 3)
  expect(highlightF1('1921')).toBeCloseTo(0.5)
  expect(highlightF1('The ferry')).toBe(0)
  expect(highlightF1(null)).toBe(0)
})
