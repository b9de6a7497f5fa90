import { describe, expect, test } from 'vitest'
import { fitLogistic } from '../../../devtools/evaluation/logistic.ts'
import {
  areaUnderRoc,
  bestBalancedAccuracy,
  calibrationError,
  thresholdRefusing,
} from '../../../devtools/evaluation/metrics.ts'

describe('calibration error', () => {
  test('is 0 where nine predictions in ten are right at a confidence of 0.9', () => {
    const predictions = Array.from({ length: 10 }, (_, i) => ({ confidence: 0.9, right: i > 0 }))
    expect(calibrationError(predictions)).toBeCloseTo(0)
  })

  test('is the distance of confidence from the share of right predictions, weighted by their number', () => {
    const predictions = [
      { confidence: 1, right: false },
      { confidence: 0.05, right: false },
      { confidence: 0.05, right: false },
      { confidence: 0.05, right: false },
    ]
    expect(calibrationError(predictions)).toBeCloseTo(0.25 * 1 + 0.75 * 0.05)
  })
})

test('the area under the ROC curve is the share of pairs in the right order; a tie counts half', () => {
  const predictions = [
    { confidence: 0.9, right: true },
    { confidence: 0.4, right: true },
    { confidence: 0.4, right: false },
    { confidence: 0.1, right: false },
  ]
  expect(areaUnderRoc(predictions)).toBeCloseTo(3.5 / 4)
})

describe('the threshold that refuses a share of the right predictions', () => {
  const predictions = [
    ...Array.from({ length: 10 }, (_, i) => ({ confidence: (i + 1) / 10, right: true })),
    { confidence: 0.05, right: false },
    { confidence: 0.99, right: false },
  ]

  test.each([
    [0, 0.1],
    [0.1, 0.2],
    [0.25, 0.3],
    [0.9, 1],
  ])('of %d is %d', (share, threshold) => {
    expect(thresholdRefusing(predictions, share)).toBe(threshold)
    const refused = predictions.filter(({ confidence, right }) => right && confidence < threshold)
    expect(refused.length).toBeLessThanOrEqual(share * 10)
  })

  test('is 0 where none is right', () => {
    expect(thresholdRefusing([{ confidence: 0.5, right: false }], 0.1)).toBe(0)
  })
})

describe('the best balanced accuracy', () => {
  test('is 1 where a threshold tells all right predictions from the wrong ones', () => {
    const predictions = [
      { confidence: 0.9, right: true },
      { confidence: 0.6, right: true },
      { confidence: 0.5, right: false },
    ]
    expect(bestBalancedAccuracy(predictions)).toBe(1)
  })

  test('counts both kinds alike, however many there are of each', () => {
    const predictions = [
      { confidence: 0.9, right: true },
      { confidence: 0.3, right: true },
      { confidence: 0.5, right: false },
      ...Array.from({ length: 7 }, () => ({ confidence: 0.1, right: false })),
    ]
    // A threshold of 0.3 keeps both right ones, and refuses 7 of 8 wrong ones.
    expect(bestBalancedAccuracy(predictions)).toBeCloseTo((1 + 7 / 8) / 2)
  })

  test('is chance where all have the same confidence', () => {
    const predictions = [true, false, false].map((right) => ({ confidence: 0.5, right }))
    expect(bestBalancedAccuracy(predictions)).toBe(0.5)
  })
})

test('a logistic fit finds the coefficients that the labels were drawn from', () => {
  const examples = Array.from({ length: 4000 }, (_, i) => {
    const [a, b] = [((i * 37) % 100) / 25 - 2, ((i * 61) % 97) / 24 - 2]
    const probability = 1 / (1 + Math.exp(-(0.5 + 2 * a - b)))
    return { features: [a, b], isTrue: ((i * 7919) % 4001) / 4001 < probability }
  })
  const [intercept, first, second] = fitLogistic(examples)
  expect(intercept).toBeCloseTo(0.5, 0)
  expect(first).toBeCloseTo(2, 0)
  expect(second).toBeCloseTo(-1, 0)
})
