/** A sum of decision trees. */
export interface BoostedTrees {
  /** What every example has, in log odds. */
  readonly base: number
  readonly trees: readonly Tree[]
}

/**
 * A complete binary tree. The splits stand level by level, from the root; the leaves, which add log odds, from left to right. A
 * feature that is above the value of a split leads to the right.
 */
export interface Tree {
  readonly splits: readonly { readonly feature: string; readonly above: number }[]
  readonly leaves: readonly number[]
}

/** The log odds that trees give to an example. A feature that it lacks counts as 0. */
export function logOddsOf(
  features: Readonly<Record<string, number>>,
  { base, trees }: BoostedTrees,
): number {
  return trees.reduce((sum, tree) => sum + leafOf(features, tree), base)
}

function leafOf(features: Readonly<Record<string, number>>, { splits, leaves }: Tree): number {
  let at = 0
  while (at < splits.length) {
    const split = splits[at]
    const isAbove = split !== undefined && (features[split.feature] ?? 0) > split.above
    at = 2 * at + (isAbove ? 2 : 1)
  }
  return leaves[at - splits.length] ?? 0
}
