import { describe, expect, test } from 'vitest'
import {
  type AnswerPair,
  type AskedBoth,
  type ComparedAnswer,
  confidenceGap,
  differenceOf,
} from '../../../devtools/engines/compare-answers.ts'
import { engineMeasures } from '../../../devtools/engines/compare-engines.ts'
import { valueOf } from '../../../devtools/measurements/figures.ts'

const QUOTE = { place: 'quote owls 0–10', confidence: 0.8 }
const OTHER = { place: 'quote owls 11–20', confidence: 0.4 }

function answerOf(changes: Partial<ComparedAnswer> = {}): ComparedAnswer {
  return {
    answered: true,
    confidence: 0.8,
    quotes: [QUOTE, OTHER],
    found: ['owls 0', 'owls 11'],
    ...changes,
  }
}

/** What the embedded engine answers always, beside an answer of the other one. */
function pairWith(changes: Partial<ComparedAnswer> = {}): AnswerPair {
  return { embedded: answerOf(), postgres: answerOf(changes) }
}

function asked(byGraph: AnswerPair, exactly = pairWith()): AskedBoth {
  return { question: 'Who?', byGraph, exactly }
}

const TIE = asked(pairWith({ quotes: [QUOTE], found: ['owls 0', 'owls 30'] }))
const REAL = asked(pairWith({ quotes: [OTHER, QUOTE] }))

describe('the difference between two answers', () => {
  test('is none where quotes, their order and their confidence are the same', () => {
    expect(differenceOf(asked(pairWith()))).toBeNull()
    const nearly = { ...QUOTE, confidence: 0.8 + 5e-7 }
    const pair = pairWith({ quotes: [nearly, OTHER], confidence: 0.8 + 5e-7 })
    expect(differenceOf(asked(pair))).toBeNull()
    expect(confidenceGap(pair)).toBeCloseTo(5e-7, 9)
  })

  test('is a near tie only where the graphs found other sentences, and exact search gives the same', () => {
    expect(differenceOf(TIE)).toMatchObject({
      kind: 'near tie by HNSW',
      what: 'quote owls 11–20 / nothing',
    })
    expect(differenceOf({ ...TIE, exactly: TIE.byGraph })).toMatchObject({
      kind: 'real',
      what: 'with exact search, quote owls 11–20 / nothing',
    })
  })

  test.each([
    ['quote owls 0–10 / quote owls 11–20', { quotes: [OTHER, QUOTE] }],
    ['answered: true / false', { answered: false, quotes: [] }],
    ['confidence: 0.8 / 0.81', { confidence: 0.81 }],
    [
      'quote owls 0–10: confidence 0.8 / 0.70001',
      { quotes: [{ ...QUOTE, confidence: 0.70001 }, OTHER] },
    ],
  ])('is real with the same sentences found: %s', (what, changes) => {
    expect(differenceOf(asked(pairWith(changes)))).toEqual({ kind: 'real', question: 'Who?', what })
  })
})

test('the measures count ties and real differences apart', () => {
  const measures = engineMeasures([{ name: 'set', asked: [asked(pairWith()), TIE, REAL] }])
  const values = Object.fromEntries(measures.map(({ what, value }) => [what, valueOf(value).text]))
  expect(values).toMatchObject({
    'set: same quotes, order and confidence': '1 of 3',
    'set: near ties by HNSW': '1',
    'set: real differences': '1',
    'set: the same with exact search on both': '3 of 3',
    'set: other sentences were found by HNSW': '1 of 3',
  })
  expect(measures.find(({ what }) => what.includes('real'))?.met).toBe(false)
})
