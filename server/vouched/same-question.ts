import { sigmoid } from '../../index/sigmoid.ts'
import { type BoostedTrees, logOddsOf } from './boosted-trees.ts'
import type { PairFeatures } from './question-pair.ts'
import fitted from './same-question-trees.json' with { type: 'json' }

/** A question gets a vouched answer from this probability that it asks for the same. */
export const MIN_PROBABILITY = 0.5

/** The probability that two questions ask for the same. */
export function sameQuestionProbability(
  features: PairFeatures,
  trees: BoostedTrees = fitted,
): number {
  return sigmoid(logOddsOf(features, trees))
}
