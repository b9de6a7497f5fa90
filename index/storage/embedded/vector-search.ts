import type { Scored } from './ranking.ts'

/** A range of sentence ids, both ends included. */
export interface Range {
  readonly first: number
  readonly last: number
}

/** Finds the sentences whose vectors are nearest to another vector. */
export interface VectorSearch {
  /**
   * At most `limit` sentences, with their cosine distances, in any order; a few of the nearest may be missing. Only sentences in
   * `ranges` are found, which ascend; null: all.
   */
  nearest(vector: Float32Array, limit: number, ranges: readonly Range[] | null): Scored[]
  close(): Promise<void>
}

/** Whether an id is in one of the ranges, which ascend. */
export function isIn(ranges: readonly Range[], id: number): boolean {
  let [low, high] = [0, ranges.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((ranges[middle]?.last ?? 0) < id) low = middle + 1
    else high = middle
  }
  const range = ranges[low]
  return range !== undefined && range.first <= id
}
