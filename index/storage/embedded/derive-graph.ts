import path from 'node:path'
import type Database from 'better-sqlite3'
import { exists, hashFile } from '../../files.ts'
import { HNSW_FILE, readManifest, SQLITE_FILE } from './generations.ts'
import { changeGraph, type Graph, makeGraph, readGraph } from './hnsw.ts'
import { readVectors, vectorShape } from './sqlite-rows.ts'
import { openForReading } from './sqlite-schema.ts'

/** A graph in which a smaller share of the points belongs to existing sentences is rebuilt. */
const MIN_LIVE_SHARE = 0.8

/**
 * The graph of a database's vectors; null if there are none. If the database started as a copy of the
 * generation in `baseFolder`, the graph of that generation is updated. A new graph is built if there is no
 * base, if the base's graph is missing or damaged, or if too many of its points were removed.
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
  // SQLite never reuses an id, so every new sentence has a higher id than all earlier ones.
  await changeGraph(graph, removed, readVectors(database, before.at(-1) ?? 0), added)
  return graph
}

function sentenceIds(database: Database.Database): number[] {
  return database.prepare<[], number>('SELECT id FROM sentences ORDER BY id').pluck().all()
}
