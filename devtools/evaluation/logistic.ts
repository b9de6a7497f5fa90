import { sigmoid } from '../../index/sigmoid.ts'
import { mean } from '../statistics.ts'

/** A labelled example. All examples of a fit have the same number of features. */
export interface Example {
  readonly features: readonly number[]
  readonly isTrue: boolean
}

const MAX_STEPS = 50

/**
 * The ridge penalty on the standardised coefficients: a few hundred examples cannot separate
 * features that are correlated.
 */
const RIDGE = 2

/**
 * Logistic regression with a ridge penalty, by Newton's method (iteratively reweighted least
 * squares; Hastie, Tibshirani and Friedman, section 4.4.1). Gives the intercept, then one
 * coefficient for each feature.
 */
export function fitLogistic(examples: readonly Example[]): number[] {
  const scales = featureScales(examples)
  const rows = examples.map(({ features }) =>
    Float64Array.from([
      1,
      ...features.map((value, j) => (value - (scales[j]?.centre ?? 0)) / (scales[j]?.spread ?? 1)),
    ]),
  )
  const labels = examples.map(({ isTrue }) => Number(isTrue))
  const [intercept = 0, ...standardised] = newton(rows, labels)
  const weights = standardised.map((weight, j) => weight / (scales[j]?.spread ?? 1))
  const shift = weights.reduce((sum, weight, j) => sum + weight * (scales[j]?.centre ?? 0), 0)
  return [intercept - shift, ...weights]
}

/** The mean and the standard deviation of each feature; 1 where a feature does not vary. */
function featureScales(examples: readonly Example[]): { centre: number; spread: number }[] {
  const size = examples[0]?.features.length ?? 0
  return Array.from({ length: size }, (_, j) => {
    const values = examples.map(({ features }) => features[j] ?? 0)
    const centre = mean(values)
    const spread = Math.sqrt(mean(values.map((value) => (value - centre) ** 2)))
    return { centre, spread: spread || 1 }
  })
}

function newton(rows: readonly Float64Array[], labels: readonly number[]): number[] {
  const size = rows[0]?.length ?? 0
  let weights: number[] = Array.from({ length: size }, () => 0)
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const gradient = weights.map((weight, j) => (j > 0 ? -RIDGE * weight : 0))
    // The rows of the lower triangle, one after the other.
    const hessian = new Float64Array((size * (size + 1)) / 2)
    for (const [i, row] of rows.entries()) {
      const logOdds = row.reduce((sum, value, j) => sum + value * (weights[j] ?? 0), 0)
      const p = sigmoid(logOdds)
      const spread = p * (1 - p)
      let at = 0
      for (let j = 0; j < size; j += 1) {
        const value = row[j] ?? 0
        gradient[j] = (gradient[j] ?? 0) + value * ((labels[i] ?? 0) - p)
        for (let k = 0; k <= j; k += 1) {
          hessian[at] = (hessian[at] ?? 0) + value * (row[k] ?? 0) * spread
          at += 1
        }
      }
    }
    const matrix = weights.map((_, j) =>
      weights.map((__, k) => {
        const [low, high] = j < k ? [j, k] : [k, j]
        return (hessian[(high * (high + 1)) / 2 + low] ?? 0) + (j === k && j > 0 ? RIDGE : 0)
      }),
    )
    const change = solve(matrix, gradient)
    weights = weights.map((weight, j) => weight + (change[j] ?? 0))
    if (Math.max(...change.map(Math.abs)) < 1e-9) break
  }
  return weights
}

/** Solves a small linear system by Gaussian elimination with partial pivoting. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i] ?? 0])
  const size = rows.length
  for (let column = 0; column < size; column += 1) {
    const below = rows.slice(column).toSorted((a, b) => magnitude(b, column) - magnitude(a, column))
    rows.splice(column, size - column, ...below)
    const pivot = rows[column] ?? []
    for (const row of rows.slice(column + 1)) {
      const factor = (row[column] ?? 0) / (pivot[column] ?? 1)
      for (let k = column; k <= size; k += 1) row[k] = (row[k] ?? 0) - factor * (pivot[k] ?? 0)
    }
  }
  const solution = Array.from({ length: size }, () => 0)
  for (let i = size - 1; i >= 0; i -= 1) {
    const row = rows[i] ?? []
    const known = solution.reduce((sum, value, k) => (k > i ? sum + value * (row[k] ?? 0) : sum), 0)
    solution[i] = ((row[size] ?? 0) - known) / (row[i] ?? 1)
  }
  return solution
}

function magnitude(row: readonly number[], column: number): number {
  return Math.abs(row[column] ?? 0)
}
