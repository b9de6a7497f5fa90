import { sigmoid } from '../../index/sigmoid.ts'
import type { PairFeatures } from './question-pair.ts'
import weights from './same-question-weights.json' with { type: 'json' }

/** A logistic regression on the features of a pair of questions. */
export interface PairWeights {
  readonly intercept: number
  readonly coefficients: Readonly<Record<string, number>>
}

/** A question gets a vouched answer from this probability that it asks for the same. */
export const MIN_PROBABILITY = 0.5

/** The probability that two questions ask for the same. */
export function sameQuestionProbability(
  features: PairFeatures,
  { intercept, coefficients }: PairWeights = weights,
): number {
  const logOdds = Object.entries(coefficients).reduce(
    (sum, [name, coefficient]) => sum + coefficient * (features[name] ?? 0),
    intercept,
  )
  return sigmoid(logOdds)
}
