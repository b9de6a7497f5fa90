/** A prediction: how sure it was, and whether it was right. */
export interface Prediction {
  /** 0 to 1. */
  readonly confidence: number
  readonly right: boolean
}

/** The arithmetic mean; NaN of nothing. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** The share of items that hold, in percent; NaN of none. */
export function percentOf<T>(items: readonly T[], holds: (item: T) => boolean): number {
  return (100 * items.filter(holds).length) / items.length
}

/** The value that a share of all are at or below (nearest rank); NaN of nothing. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN
}

/**
 * Expected calibration error (Naeini et al. 2015): the mean distance between confidence and the share that
 * was right, over ten bins of equal width, weighted by how many fall in each; 0 to 1.
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
 * The area under the ROC curve: how often one that is right has more confidence than one that is not, ties
 * counting half; 0.5 is chance.
 */
export function areaUnderRoc(predictions: readonly Prediction[]): number {
  const right = predictions.filter((prediction) => prediction.right)
  const wrong = predictions.filter((prediction) => !prediction.right)
  const wins = right.flatMap(({ confidence }) =>
    wrong.map((other) => (Math.sign(confidence - other.confidence) + 1) / 2),
  )
  return mean(wins)
}
