import path from 'node:path'
import type Database from 'better-sqlite3'
import { exists, hashFile } from '../../files.ts'
import { HNSW_FILE, readManifest, SQLITE_FILE } from './generations.ts'
import { changeGraph, type Graph, makeGraph, readGraph } from './hnsw.ts'
import { readVectors, vectorShape } from './sqlite-rows.ts'
import { openForReading } from './sqlite-schema.ts'

/** Below this share of points that still stand for a sentence, a graph is made anew. */
const MIN_LIVE_SHARE = 0.8

/**
 * The graph of a database's vectors: that of the generation in `baseFolder`, which the database began
 * as a copy of, with what changed since; a new one where there is no base or it is no good. Null where
 * there are no vectors.
 */
export async function deriveGraph(
  database: Database.Database,
  baseFolder: string | null,
): Promise<Graph | null> {
  const { count, dimensions } = vectorShape(database)
  if (count === 0) return null
  const changed = baseFolder && (await changeBaseGraph(database, baseFolder, count, dimensions))
  return changed || makeGraph(readVectors(database), count, dimensions)
}

async function changeBaseGraph(
  database: Database.Database,
  baseFolder: string,
  count: number,
  dimensions: number,
): Promise<Graph | null> {
  const file = path.join(baseFolder, HNSW_FILE)
  const { hnsw } = await readManifest(baseFolder)
  if (!(await exists(file)) || (await hashFile(file)) !== hnsw) return null

  const base = openForReading(path.join(baseFolder, SQLITE_FILE))
  const before = sentenceIds(base)
  base.close()
  const now = new Set(sentenceIds(database))
  const removed = before.filter((id) => !now.has(id))
  const added = count - (before.length - removed.length)
  const graph = await readGraph(file, dimensions)
  if (count < MIN_LIVE_SHARE * (graph.getCurrentCount() + added)) return null
  // Ids are never given twice, so what is new has an id above all that was there.
  await changeGraph(graph, removed, readVectors(database, before.at(-1) ?? 0), added)
  return graph
}

function sentenceIds(database: Database.Database): number[] {
  return database.prepare<[], number>('SELECT id FROM sentences ORDER BY id').pluck().all()
}
