import { expect, test } from 'vitest'
import { percentile, percentOf } from '../../devtools/statistics.ts'

test('a percentile is one of the values', () => {
  expect(percentile([4, 1, 3, 2], 0.5)).toBe(2)
  expect(percentile([4, 1, 3, 2], 0.95)).toBe(4)
  expect(percentile([], 0.5)).toBeNaN()
})

test('a percentage counts the items for which the condition holds', () => {
  expect(percentOf([1, 2, 3, 4], (value) => value > 3)).toBe(25)
})
