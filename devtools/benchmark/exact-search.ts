import { cosine } from '../../index/cosine.ts'
import { readVectors } from '../../index/storage/embedded/sqlite-rows.ts'

/**
 * The ids of the `limit` sentences nearest to each vector, found by comparing it with every
 * sentence.
 */
export function exactlyNearest(
  vectors: readonly Float32Array[],
  limit: number,
  database: Parameters<typeof readVectors>[0],
): Set<number>[] {
  const nearest = vectors.map((): { id: number; cosine: number }[] => [])
  for (const { id, vector } of readVectors(database)) {
    for (const [i, query] of vectors.entries()) {
      const best = nearest[i] ?? []
      const found = { id, cosine: cosine(query, vector) }
      if (best.length === limit && found.cosine <= (best.at(-1)?.cosine ?? 0)) continue
      const rank = best.findIndex((other) => other.cosine < found.cosine)
      best.splice(rank === -1 ? best.length : rank, 0, found)
      best.length = Math.min(best.length, limit)
    }
  }
  return nearest.map((best) => new Set(best.map(({ id }) => id)))
}
