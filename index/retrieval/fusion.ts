/**
 * The constant of reciprocal rank fusion: the smaller, the more the first ranks stand out. 10 finds the
 * right sentence among the candidates as often as the customary 60, and ranks the passages a little better.
 */
const K = 10

export interface Fused<T> {
  readonly item: T
  readonly score: number
}

/** Reciprocal rank fusion of rankings, best first each: every item once, by the sum of 1 / (K + rank). */
export function fuse<T>(rankings: readonly (readonly T[])[]): Fused<T>[] {
  const scores = new Map<T, number>()
  for (const ranking of rankings) {
    for (const [i, item] of ranking.entries()) {
      scores.set(item, (scores.get(item) ?? 0) + 1 / (K + i + 1))
    }
  }
  return Array.from(scores, ([item, score]) => ({ item, score })).toSorted(
    (a, b) => b.score - a.score,
  )
}
