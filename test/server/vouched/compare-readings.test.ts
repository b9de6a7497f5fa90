import { expect, test } from 'vitest'
import type { Reading } from '../../../index/inference/types.ts'
import { compareReadings } from '../../../server/vouched/compare-readings.ts'

/** A reading of `tokens` tokens in which one is the answer by far. */
function readingOf(answer: number, tokens: number, notHere = 0): Reading {
  const logits = Float32Array.from({ length: tokens }, (_, i) => (i === answer ? 9 : 0))
  const places = Array.from({ length: tokens }, (_, i) => ({ start: 2 * i, end: 2 * i + 1 }))
  return { places, starts: logits, ends: logits, evidence: logits, notHere }
}

test('two questions with the same answer agree', () => {
  const { sameWords, overlap, sameSentence, askedGap, vouchedGap } = compareReadings(
    readingOf(2, 6),
    readingOf(2, 6),
  )
  expect(sameWords).toBeCloseTo(1)
  expect(sameSentence).toBeCloseTo(1)
  expect({ overlap, askedGap, vouchedGap }).toEqual({ overlap: 1, askedGap: 0, vouchedGap: 0 })
})

test('two questions with different answers do not', () => {
  const { sameWords, overlap, sameSentence, askedGap } = compareReadings(
    readingOf(1, 6),
    readingOf(4, 6),
  )
  expect(sameWords).toBeLessThan(0.1)
  expect(sameSentence).toBeLessThan(0)
  expect({ overlap, askedGap }).toEqual({ overlap: 0, askedGap: 18 })
})

test('a question that the text does not answer has a negative margin', () => {
  expect(compareReadings(readingOf(1, 6, 30), readingOf(1, 6))).toMatchObject({
    askedMargin: -12,
    vouchedMargin: 18,
  })
})

test('a text that was cut for a longer question is compared as far as both were read', () => {
  expect(compareReadings(readingOf(1, 3), readingOf(1, 6))).toMatchObject({ overlap: 1 })
})
