import { mean, percentOf } from '../statistics.ts'

/** A prediction with its confidence, and whether it was right. */
export interface Prediction {
  /** 0 to 1. */
  readonly confidence: number
  readonly right: boolean
}

/**
 * Expected calibration error (Naeini et al. 2015), 0 to 1: the mean distance between the confidence
 * and the share of right predictions, over bins of equal width, weighted by the number of
 * predictions in each bin.
 */
export function calibrationError(predictions: readonly Prediction[], bins = 10): number {
  let error = 0
  for (let bin = 0; bin < bins; bin += 1) {
    const inBin = predictions.filter(
      ({ confidence }) => Math.min(bins - 1, Math.floor(confidence * bins)) === bin,
    )
    if (inBin.length === 0) continue
    const claimed = mean(inBin.map(({ confidence }) => confidence))
    const right = percentOf(inBin, (prediction) => prediction.right) / 100
    error += (inBin.length / predictions.length) * Math.abs(claimed - right)
  }
  return error
}

/**
 * The area under the ROC curve: the share of pairs of a right and a wrong prediction in which the
 * right one has the higher confidence. A tie counts half; 0.5 is chance.
 */
export function areaUnderRoc(predictions: readonly Prediction[]): number {
  const right = predictions.filter((prediction) => prediction.right)
  const wrong = predictions.filter((prediction) => !prediction.right)
  const wins = right.flatMap(({ confidence }) =>
    wrong.map((other) => (Math.sign(confidence - other.confidence) + 1) / 2),
  )
  return mean(wins)
}

/**
 * The threshold that refuses at most `share` (0 to 1) of the right predictions: those with a lower confidence are refused.
 */
export function thresholdRefusing(predictions: readonly Prediction[], share: number): number {
  const confidences = predictions
    .filter(({ right }) => right)
    .map(({ confidence }) => confidence)
    .toSorted((a, b) => a - b)
  return confidences[Math.floor(share * confidences.length)] ?? 0
}

/**
 * The best mean of two shares over all thresholds: of the right predictions that reach it, and of the wrong ones that do
 * not. 0 to 1; 0.5 is chance.
 */
export function bestBalancedAccuracy(predictions: readonly Prediction[]): number {
  const right = predictions.filter((prediction) => prediction.right)
  const wrong = predictions.filter((prediction) => !prediction.right)
  const accuracies = right.map(({ confidence: threshold }) => {
    const kept = percentOf(right, ({ confidence }) => confidence >= threshold)
    const refused = percentOf(wrong, ({ confidence }) => confidence < threshold)
    return (kept + refused) / 200
  })
  return Math.max(...accuracies)
}
