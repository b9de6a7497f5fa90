import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { refit } from '../../../server/check/refit.ts'
import type { CheckResult } from '../../../server/check/run.ts'

/** A result whose best quote has this confidence, and is an expected one or not. */
function found(confidence: number, isRight: boolean, isAnswerable = true): CheckResult {
  return {
    id: '',
    question: '',
    isAnswerable,
    outcome: 'refused',
    rank: isRight ? 1 : null,
    confidence,
    first: { documentId: 'a', start: 0, end: 1, text: 'a' },
    lostQuotes: 0,
  }
}

const COSTS = { refusalCost: 5.5, inUse: 0.155 }

test('a threshold is told by the right and wrong answers and the refusals that it would bring', () => {
  const results = [
    found(0.9, true),
    found(0.4, false),
    found(0.1, true),
    found(0.05, false),
    found(0.3, false, false),
    { ...found(0, false), first: null },
    { ...found(0, false), outcome: 'failed' as const },
  ]
  const fitted = refit(results, COSTS)
  expect(fitted.questions).toBe(6)
  expect(fitted.inUse).toEqual({
    threshold: 0.155,
    right: 1,
    wrong: 2,
    refused: 3,
    withheld: 1,
    cost: 7.5,
  })
  // Nothing was found for one question: no threshold gives it an answer.
  expect(fitted.outcomes.find(({ threshold }) => threshold === 0)).toEqual({
    threshold: 0,
    right: 2,
    wrong: 3,
    refused: 1,
    withheld: 0,
    cost: 3,
  })
})

test('the threshold that costs least is proposed, and none where that in use costs as little', () => {
  const low = [found(0.9, true), found(0.08, true), found(0.07, true), found(0.02, false)]
  const lowered = refit(low, COSTS)
  expect(lowered.proposed).toMatchObject({ cost: 0, right: 3, wrong: 0 })
  expect(lowered.proposed.threshold).toBeGreaterThan(0.02)
  expect(lowered.proposed.threshold).toBeLessThanOrEqual(0.07)
  const raised = refit([found(0.9, true), found(0.3, false), found(0.2, false)], COSTS)
  expect(raised.proposed).toMatchObject({ cost: 0, right: 1, wrong: 0 })
  expect(refit([found(0.9, true), found(0.01, false)], COSTS).proposed.threshold).toBe(0.155)
  expect(refit([], COSTS).proposed.threshold).toBe(0.155)
})

test('a dearer refusal gives more answers', () => {
  const results = [found(0.3, true), found(0.2, false), found(0.15, false), found(0.1, true)]
  const answers = [0.5, 1, 3, 10].map((refusalCost) => {
    const { right, wrong } = refit(results, { ...COSTS, refusalCost }).proposed
    return right + wrong
  })
  expect(answers).toEqual(answers.toSorted((a, b) => a - b))
  expect([answers[0], answers.at(-1)]).toEqual([1, 4])
})

test('what fits one question only does not hold for questions that are left out', () => {
  const many = Array.from({ length: 40 }, (_, i) => found(0.5 + i / 100, true))
  const fitted = refit([...many, found(0.1, true)], COSTS)
  expect(fitted.inUse.cost - fitted.proposed.cost).toBe(5.5)
  expect(fitted.leftOutCost).toBe(fitted.inUse.cost)
  expect(fitted.areFew).toBe(false)
  expect(refit(many.slice(0, 29), COSTS).areFew).toBe(true)
})

test('no other threshold costs less than the proposed one', () => {
  const results = fc.array(
    fc
      .tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean())
      .map(([confidence, isRight]) => found(confidence, isRight)),
    { maxLength: 30 },
  )
  const numbers = fc.double({ min: 0, max: 1, noNaN: true })
  const costs = fc.double({ min: 0.1, max: 100, noNaN: true })
  fc.assert(
    fc.property(results, numbers, numbers, costs, (given, inUse, other, refusalCost) => {
      const { proposed } = refit(given, { inUse, refusalCost })
      const { inUse: others } = refit(given, { inUse: other, refusalCost })
      expect(proposed.cost).toBeLessThanOrEqual(others.cost + 1e-9)
    }),
  )
})
