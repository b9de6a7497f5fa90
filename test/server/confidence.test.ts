import { expect, test } from 'vitest'
import type { Candidate } from '../../index/retrieval/candidates.ts'
import { CALIBRATION, firstConfidence, furtherConfidence } from '../../server/answer/confidence.ts'
import { candidatesOf } from '../support/passages.ts'

const TEXT = 'Cats sleep all day.'

/** A scored candidate that the reader read with this margin. */
function candidate(margin: number | null, changes: Partial<Candidate> = {}): Candidate {
  const [first] = candidatesOf(TEXT)
  if (!first) throw new Error('there is no sentence')
  const reading = margin === null ? null : { margin, evidence: margin, words: first.sentence }
  return { ...first, logit: 5, score: 40, reading, ...changes }
}

const confidenceAt = (given: Candidate) => firstConfidence([given], CALIBRATION)

test('the confidence grows with the margin of the reader', () => {
  const confidences = [-20, -12, -6, -2, 0, 2, 6].map((margin) => confidenceAt(candidate(margin)))
  expect(confidences).toEqual(confidences.toSorted((a, b) => a - b))
  expect(confidences.at(-1)).toBeGreaterThan(0.8)
})

test('where the reader finds nothing at all, there is next to no confidence, however relevant the sentence', () => {
  expect(confidenceAt(candidate(-16, { logit: 9, passageOverlap: 1 }))).toBeLessThan(0.01)
})

test('a name that the passage lacks lowers the confidence, and so does a number that is asked for', () => {
  const plain = confidenceAt(candidate(2))
  expect(confidenceAt(candidate(2, { missingNames: 1 }))).toBeLessThan(plain)
  expect(confidenceAt(candidate(2, { lacksAnswerType: true }))).toBeLessThan(plain)
})

test('without a candidate that was scored there is no confidence', () => {
  expect(firstConfidence([], CALIBRATION)).toBe(0)
  expect(confidenceAt(candidate(null, { logit: null, score: null }))).toBe(0)
})

test('a further quote is the likelier the nearer its score is to that of the first', () => {
  const [near, far] = [2, 20].map((gap) => furtherConfidence(gap, CALIBRATION))
  expect(near).toBeGreaterThan(far ?? 1)
})
