import { describe, expect, test } from 'vitest'
import { fitLogistic } from '../../../devtools/evaluation/logistic.ts'
import { areaUnderRoc, calibrationError } from '../../../devtools/evaluation/metrics.ts'

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
