import { rename } from 'node:fs/promises'
import path from 'node:path'
import type Database from 'better-sqlite3'
import { exists, hashFile, syncFile } from '../../files.ts'
import { HNSW_FILE, LISTS_FILE, readManifest, SQLITE_FILE } from './generations.ts'
import { changeGraph, type Graph, graphSearch, makeGraph, readGraph } from './hnsw.ts'
import { changeLists, makeLists } from './lists-file.ts'
import { openLists } from './sentence-lists.ts'
import { type Counts, readVectors, rowReader, sentenceIds } from './sqlite-rows.ts'
import { openForReading } from './sqlite-schema.ts'
import type { VectorSearch } from './vector-search.ts'

/**
 * The most sentences that are searched by a graph. It is faster, but in memory, where it takes 1.7 MB for 1000 sentences, and 700
 * sentences are added to it in a second. More sentences are searched by lists, which are on the disk, and made 20 times as fast.
 */
const MAX_GRAPH_SENTENCES = 30_000

/** A graph in which a smaller share of the points belongs to existing sentences is rebuilt. */
const MIN_LIVE_SHARE = 0.8

/** The file in which the nearest of so many sentences are searched; null if there are none. */
function vectorFile(folder: string, { vectors }: Counts): string | null {
  if (vectors === 0) return null
  return path.join(folder, vectors > MAX_GRAPH_SENTENCES ? LISTS_FILE : HNSW_FILE)
}

/**
 * Writes the file in which the nearest sentences of a generation are searched, atomically. If the database started as a copy of the
 * generation in `baseFolder`, the file of that generation is changed. A new one is made if there is no base, if the base's file is
 * missing or damaged, or if too much has changed. Gives its SHA-256; empty if there are no sentences. It keeps its thread busy.
 */
export async function deriveVectorFile(
  database: Database.Database,
  counts: Counts,
  folder: string,
  baseFolder: string | null,
): Promise<string> {
  const file = vectorFile(folder, counts)
  if (file === null) return ''
  const temporary = `${file}.tmp`
  const base = baseFolder && (await intactVectorFile(baseFolder, path.basename(file)))
  if (counts.vectors > MAX_GRAPH_SENTENCES) deriveLists(database, counts, base, temporary)
  else await deriveGraph(database, counts, base, temporary)
  await syncFile(temporary)
  const digest = await hashFile(temporary)
  await rename(temporary, file)
  return digest
}

/**
 * Opens the file of {@link deriveVectorFile}, whose digest the caller has compared; null if it cannot be read. `database` has the
 * sentences.
 */
export async function openVectorFile(
  database: Database.Database,
  counts: Counts,
  folder: string,
): Promise<VectorSearch | null> {
  const file = vectorFile(folder, counts)
  if (file === null) return null
  if (counts.vectors > MAX_GRAPH_SENTENCES) {
    const reader = rowReader(database)
    return openLists(file, (id) => reader.vector(id))
  }
  try {
    return graphSearch(await readGraph(file, counts.dimensions))
  } catch {
    // hnswlib does not report a full disk, so even a truncated file may match its digest.
    return null
  }
}

/** The vector file of a generation, if it has one with this name that is as its manifest says. */
async function intactVectorFile(folder: string, name: string): Promise<string | null> {
  const file = path.join(folder, name)
  const manifest = await readManifest(folder).catch(() => null)
  return manifest && (await isIntact(file, manifest.hnsw)) ? file : null
}

async function isIntact(file: string, digest: string): Promise<boolean> {
  return (await exists(file)) && (await hashFile(file)) === digest
}

function deriveLists(
  database: Database.Database,
  { vectors: count, dimensions }: Counts,
  base: string | null,
  file: string,
): void {
  const isChanged =
    base !== null &&
    changeLists(base, file, Uint32Array.from(sentenceIds(database)), (afterId) =>
      readVectors(database, afterId),
    )
  if (!isChanged) makeLists(file, () => readVectors(database), count, dimensions)
}

async function deriveGraph(
  database: Database.Database,
  counts: Counts,
  base: string | null,
  file: string,
): Promise<void> {
  const changed = base === null ? null : await changeBaseGraph(database, counts, base)
  const graph = changed ?? makeGraph(readVectors(database), counts.vectors, counts.dimensions)
  await graph.writeIndex(file)
}

async function changeBaseGraph(
  database: Database.Database,
  { vectors: count, dimensions }: Counts,
  base: string,
): Promise<Graph | null> {
  const baseDatabase = openForReading(path.join(path.dirname(base), SQLITE_FILE))
  const before = sentenceIds(baseDatabase)
  baseDatabase.close()
  const now = new Set(sentenceIds(database))
  const removed = before.filter((id) => !now.has(id))
  const added = count - (before.length - removed.length)
  const graph = await readGraph(base, dimensions)
  if (count < MIN_LIVE_SHARE * (graph.getCurrentCount() + added)) return null
  // SQLite never reuses an id, so every new sentence has a higher id than all earlier ones.
  changeGraph(graph, removed, readVectors(database, before.at(-1) ?? 0), added)
  return graph
}
