import { expect, test } from 'vitest'
import { randomNumbers } from '../../../devtools/benchmark/random.ts'
import { fitBoostedTrees } from '../../../devtools/evaluation/same-questions/boosted-trees.ts'
import { sigmoid } from '../../../index/sigmoid.ts'
import { logOddsOf } from '../../../server/vouched/boosted-trees.ts'

test('trees learn what no line divides, and give the same each time', () => {
  const random = randomNumbers(3)
  const examples = Array.from({ length: 600 }, () => {
    const [x, y] = [random(), random()]
    return { features: { x, y, noise: random() }, isTrue: x > 0.5 !== y > 0.5 }
  })
  const trees = fitBoostedTrees(examples)
  const isRight = ({ features, isTrue }: (typeof examples)[number]) =>
    sigmoid(logOddsOf(features, trees)) > 0.5 === isTrue
  // A line can be right about half of them.
  expect(examples.filter(isRight).length / examples.length).toBeGreaterThan(0.9)
  expect(fitBoostedTrees(examples)).toEqual(trees)
})

test('a feature that an example lacks counts as 0', () => {
  const split = { feature: 'x', above: 0 }
  const trees = { base: 1, trees: [{ splits: [split], leaves: [-2, 3] }] }
  expect(logOddsOf({}, trees)).toBe(-1)
  expect(logOddsOf({ x: 0.1 }, trees)).toBe(4)
})
