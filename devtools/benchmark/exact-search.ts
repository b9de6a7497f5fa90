import type Database from 'better-sqlite3'
import { cosine } from '../../index/cosine.ts'
import { readVectors } from '../../index/storage/embedded/sqlite-rows.ts'

/** The ids of the sentences nearest to each vector, by looking at all. */
export function exactlyNearest(
  vectors: readonly Float32Array[],
  limit: number,
  database: Database.Database,
): Set<number>[] {
  const nearest = vectors.map((): { id: number; cosine: number }[] => [])
  for (const { id, vector } of readVectors(database)) {
    for (const [i, of] of vectors.entries()) {
      const best = nearest[i] ?? []
      const found = { id, cosine: cosine(of, vector) }
      if (best.length === limit && found.cosine <= (best.at(-1)?.cosine ?? 0)) continue
      const place = best.findIndex((other) => other.cosine < found.cosine)
      best.splice(place === -1 ? best.length : place, 0, found)
      best.length = Math.min(best.length, limit)
    }
  }
  return nearest.map((best) => new Set(best.map(({ id }) => id)))
}
