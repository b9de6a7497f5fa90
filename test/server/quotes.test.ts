import { describe, expect, test } from 'vitest'
import type { Candidate } from '../../index/retrieval/candidates.ts'
import type { Calibration } from '../../server/answer/confidence.ts'
import { candidatesOf } from '../support/passages.ts'
import { chooseQuotes, type QuoteChoice, quoteText } from '../../server/answer/quotes.ts'

const GOOD = 8
const BAD = -40

/**
 * The sentences of a text as candidates with these logits and scores, null for those that nothing scored; best first. A
 * margin makes the first two words of a sentence the answer.
 */
function candidates(
  text: string,
  logits: readonly (number | null)[],
  margins: readonly number[] = [],
): Candidate[] {
  return Array.from(candidatesOf(text), (candidate, i): Candidate => {
    const { start } = candidate.sentence
    const words = { start, end: start + text.slice(start).search(/(?<=^\S+\s\S+)\b/) }
    const [logit = null, margin] = [logits[i], margins[i]]
    const reading = margin === undefined ? null : { margin, evidence: margin, words }
    return { ...candidate, logit, reading, score: logit }
  }).toSorted((a, b) => (b.logit ?? -99) - (a.logit ?? -99))
}

/** Coefficients by which a further quote is the less likely, the further it is behind. */
const CALIBRATION: Calibration = {
  first: {
    margin: 1,
    logit: 0,
    overlap: 0,
    missingNames: 0,
    lacksAnswerType: 0,
    intercept: 0,
  },
  further: { gap: -0.2, intercept: 0 },
}

function chooseAll(given: readonly Candidate[], limit = 3, confidence = 0.9): QuoteChoice {
  return chooseQuotes(given, { limit, confidence, minConfidence: 0.5, calibration: CALIBRATION })
}

function choose(text: string, logits: (number | null)[], limit = 3, confidence = 0.9) {
  const { quotes, judged } = chooseAll(candidates(text, logits), limit, confidence)
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

  test('join a neighbour that the cross-encoder did not score, if it is among the first candidates', () => {
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

  test('are none where the cross-encoder scored nothing', () => {
    const { texts, outcomes } = choose('One is here.', [null])
    expect(texts).toEqual([])
    expect(outcomes).toEqual(['not scored by the cross-encoder'])
  })

  test('that are merely near the question stand apart', () => {
    const text = 'One is here.\n\nTwo is there.\n\nThree is far.\n\nFour is gone.'
    const { quotes, alsoOnThis, judged } = chooseAll(candidates(text, [8, 6, -20, BAD]))
    expect(quotes.map(quoteText)).toEqual(['One is here.', 'Two is there.'])
    expect(alsoOnThis.map(quoteText)).toEqual(['Three is far.'])
    expect(judged.map(({ outcome }) => outcome)).toEqual([
      'quoted',
      'quoted',
      'also on this',
      'below the threshold',
    ])
  })

  test('mark the words that answer, in the sentence that the reader is surest of', () => {
    const text = 'It began in May.  He led it. It rained.'
    const [quote] = chooseAll(candidates(text, [GOOD, 7, BAD], [1, 4, -9])).quotes
    expect(quote && quoteText(quote)).toBe('It began in May.  He led it.')
    expect(quote?.highlight && text.slice(quote.highlight.start, quote.highlight.end)).toBe(
      'He led',
    )
  })

  test('mark nothing where the reader found no words that answer, or read nothing', () => {
    const text = 'One is here.\n\nTwo is there.'
    const { quotes } = chooseAll(candidates(text, [8, 7], [-9]))
    expect(quotes.map(({ highlight }) => highlight)).toEqual([null, null])
  })
})
