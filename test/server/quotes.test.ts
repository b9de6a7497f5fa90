import { describe, expect, test } from 'vitest'
import type { Candidate } from '../../index/retrieval/retrieve.ts'
import { splitText } from '../support/split.ts'
import type { StoredPassage } from '../../index/storage/storage.ts'
import { CALIBRATION } from '../../server/answer/confidence.ts'
import { chooseQuotes, quoteText } from '../../server/answer/quotes.ts'

const document = {
  id: 'd',
  title: 'D',
  author: null,
  date: null,
  publisher: null,
  source: null,
  language: 'en',
}
const GOOD = 8
const BAD = -40

function passagesOf(text: string): StoredPassage[] {
  return splitText(text).map((passage, i) => ({
    id: i + 1,
    document,
    paragraph: passage.paragraph,
    heading: null,
    start: passage.start,
    end: passage.end,
    text: text.slice(passage.start, passage.end),
    sentences: passage.sentences.map((span, j) => {
      return { id: i * 100 + j, start: span.start, end: span.end }
    }),
  }))
}

/** Candidates in the order of their logits, given by where each sentence stands. */
function candidates(text: string, logits: readonly (number | null)[]): Candidate[] {
  const all = passagesOf(text).flatMap((passage) =>
    passage.sentences.map((sentence) => ({ passage, sentence })),
  )
  return Array.from(all, ({ passage, sentence }, i): Candidate => {
    const logit = logits[i] ?? null
    return {
      passage,
      sentence,
      bm25Rank: 1,
      vectorRank: 1,
      fusedRank: 1,
      distance: 0.3,
      overlap: 0.5,
      passageOverlap: 0.5,
      titleOverlap: 0.5,
      missingNames: 0,
      lacksAnswerType: false,
      logit,
      score: logit,
    }
  }).toSorted((a, b) => (b.logit ?? -99) - (a.logit ?? -99))
}

function choose(text: string, logits: (number | null)[], limit = 3, confidence = 0.9) {
  const { quotes, judged } = chooseQuotes(candidates(text, logits), {
    limit,
    confidence,
    minConfidence: 0.5,
    calibration: CALIBRATION,
  })
  return { texts: quotes.map(quoteText), outcomes: judged.map(({ outcome }) => outcome), quotes }
}

describe('quotes', () => {
  test('are none where the confidence is below the threshold', () => {
    const { texts, outcomes } = choose('One is here.', [GOOD], 3, 0.4)
    expect(texts).toEqual([])
    expect(outcomes).toEqual(['below the threshold'])
  })

  test('come best first, without those that hardly concern the question', () => {
    const { texts, outcomes } = choose('One is here.\n\nTwo is there.\n\nThree is not.', [
      6,
      8,
      BAD,
    ])
    expect(texts).toEqual(['Two is there.', 'One is here.'])
    expect(outcomes).toEqual(['quoted', 'quoted', 'below the threshold'])
  })

  test('join two neighbours that both answer, with the text between them', () => {
    const { texts, outcomes } = choose('It began in May.\n  He led it. It rained.', [GOOD, 7, BAD])
    expect(texts).toEqual(['It began in May.\n  He led it.'])
    expect(outcomes).toContain('joined to its neighbour')
  })

  test('join a sentence that refers back with the sentence before it, whatever its score', () => {
    expect(choose('Ann led it. She left in May. It rained.', [BAD, GOOD, 7]).texts[0]).toBe(
      'Ann led it. She left in May.',
    )
    expect(choose('Ann led it. Ben left in May. It rained.', [BAD, GOOD, BAD]).texts[0]).toBe(
      'Ben left in May.',
    )
  })

  test('join a neighbour that the cross-encoder did not read, if it is among the first candidates', () => {
    expect(choose('Ann led it. Ben left in May.', [null, GOOD]).texts).toEqual([
      'Ann led it. Ben left in May.',
    ])
  })

  test('have a higher confidence the better they are, the first that of the answer', () => {
    const { quotes } = choose('One is.\n\nTwo has.\n\nThree was.', [8, 7, -3])
    const confidences = quotes.map(({ confidence }) => confidence)
    expect(confidences[0]).toBe(0.9)
    expect(confidences).toEqual(confidences.toSorted((a, b) => b - a))
  })

  test('have at most two sentences', () => {
    const { texts } = choose('One is here. Two is there. Three is far.', [7, GOOD, 6])
    expect(texts).toEqual(['One is here. Two is there.', 'Three is far.'])
  })

  test('have at most 400 characters when joined; a longer sentence stands as it is', () => {
    const long = `${'word '.repeat(79)}end.`
    expect(choose(`${long} He was.`, [GOOD, GOOD]).texts).toEqual([long, 'He was.'])
    const endless = `${'word '.repeat(150)}end.`
    expect(choose(endless, [GOOD]).texts).toEqual([endless])
  })

  test('never join over a paragraph', () => {
    expect(choose('One is here.\n\nTwo is there.', [GOOD, GOOD]).texts).toHaveLength(2)
  })

  test('do not say the same twice, but a number makes a difference', () => {
    const { texts, outcomes } = choose(
      'Cats sleep 12 hours a day.\n\nCATS sleep 12 hours a day!\n\nCats sleep 16 hours a day.',
      [GOOD, 7, 6],
    )
    expect(texts).toEqual(['Cats sleep 12 hours a day.', 'Cats sleep 16 hours a day.'])
    expect(outcomes).toContain('says the same as a quote')
  })

  test('are as many as were asked for', () => {
    const { texts, outcomes } = choose('One is.\n\nTwo has.\n\nThree was.', [8, 7, 6], 2)
    expect(texts).toHaveLength(2)
    expect(outcomes.at(-1)).toBe('more than was asked for')
  })

  test('never overlap', () => {
    const { quotes } = choose('A is. B is. C is. D is. E is. F is.', [5, 8, 6, 7, 8, 5], 10)
    const spans = quotes.toSorted((a, b) => a.start - b.start)
    for (const [i, { end }] of spans.entries()) {
      expect(end).toBeLessThanOrEqual(spans[i + 1]?.start ?? Infinity)
    }
  })

  test('are none where the cross-encoder read nothing', () => {
    const { texts, outcomes } = choose('One is here.', [null])
    expect(texts).toEqual([])
    expect(outcomes).toEqual(['not read by the cross-encoder'])
  })
})
