import path from 'node:path'
import type Database from 'better-sqlite3'
import { FootnoteError } from '../../errors.ts'
import { exists, hashFile } from '../../files.ts'
import { step } from '../../steps.ts'
import {
  generationId,
  corrupt,
  currentGeneration,
  HNSW_FILE,
  type Manifest,
  readManifest,
  SQLITE_FILE,
  writeManifest,
} from './generations.ts'
import { type Graph, makeGraph, readGraph, writeGraph } from './hnsw.ts'
import { readVectors, vectorShape } from './sqlite-rows.ts'
import { hasTables, openForReading } from './sqlite-schema.ts'
import { SqliteStore } from './sqlite-store.ts'

/** A generation whose database this process has verified against its digest, or written. */
export interface TrustedGeneration {
  readonly id: string
  /** Whether the graph agrees with its digest, which is being found out; null where nobody asked. */
  readonly isGraphSound: Promise<boolean> | null
}

export interface OpenOptions {
  readonly indexDir: string
  readonly fingerprint: string
  /** What this process has verified or written; null if there is nothing. It is not verified again, which would delay the start. */
  readonly trusted: TrustedGeneration | null
  /** See `EmbeddedStorageOptions.exactSearch`. */
  readonly exactSearch: boolean
}

/**
 * Opens the served generation, after its files are compared with their digests. A graph that is
 * missing or damaged is rebuilt from SQLite. Throws `index-missing`, `index-stale`, and `index-corrupt`
 * if the database is damaged.
 */
export async function openServed(options: OpenOptions): Promise<SqliteStore> {
  const generation = await currentGeneration(options.indexDir)
  try {
    return await openGeneration(generation, options)
  } catch (error) {
    // A build may have published another generation meanwhile, and removed the folder of this one.
    if ((await currentGeneration(options.indexDir)) === generation) throw error
    return openServed(options)
  }
}

async function openGeneration(
  generation: string | null,
  { indexDir, fingerprint, trusted, exactSearch }: OpenOptions,
): Promise<SqliteStore> {
  if (generation === null) {
    throw new FootnoteError(
      'index-missing',
      `There is no index in ${indexDir} yet. Build it with "npm run build-index".`,
    )
  }
  const folder = path.join(indexDir, generation)
  const manifest = await readManifest(folder)
  if (manifest.fingerprint !== fingerprint) {
    throw new FootnoteError(
      'index-stale',
      `The index in ${indexDir} was made with other models, or by another version. Bring it up to date with "npm run build-index".`,
    )
  }
  const id = generationId(generation, manifest)
  const known = trusted?.id === id ? trusted : null
  // Both files are hashed at the same time, in threads.
  const isGraphSound = known?.isGraphSound ?? hasSoundGraph(folder, manifest)
  const database = await openDatabase(folder, manifest, known !== null)
  try {
    const graph = await openGraph(folder, manifest, database, isGraphSound)
    return await step(
      'open the database',
      () =>
        new SqliteStore({
          generation: id,
          database,
          graph,
          exactSearch,
          damaged: (cause) =>
            corrupt(indexDir, `${SQLITE_FILE} has changed since it was written`, cause),
        }),
    )
  } catch (error) {
    database.close()
    throw error
  }
}

/**
 * Opens a generation's database read-only. Compares it with its digest first, unless `isTrusted`. Throws
 * `index-corrupt` if it is missing, differs from its digest, or lacks tables.
 */
export async function openDatabase(
  folder: string,
  manifest: Manifest,
  isTrusted = false,
): Promise<Database.Database> {
  const file = path.join(folder, SQLITE_FILE)
  if (!(await exists(file))) throw corrupt(folder, `${SQLITE_FILE} is missing`)
  if (!isTrusted && (await hashOf('database', file)) !== manifest.sqlite) {
    throw corrupt(folder, `${SQLITE_FILE} has changed since it was written`)
  }
  const database = openForReading(file)
  if (hasTables(database)) return database
  database.close()
  throw corrupt(folder, `${SQLITE_FILE} lacks tables`)
}

async function openGraph(
  folder: string,
  manifest: Manifest,
  database: Database.Database,
  isSound: Promise<boolean>,
): Promise<Graph | null> {
  const { count, dimensions } = await step('count the vectors', () => vectorShape(database))
  if (count === 0) return null
  const file = path.join(folder, HNSW_FILE)
  if (await isSound) {
    // hnswlib does not report a full disk, so even a truncated file may match its digest.
    const reading = step('read the graph', () => readGraph(file, dimensions))
    const read = await reading.catch(() => null)
    if (read) return read
  }
  const graph = await makeGraph(readVectors(database), count, dimensions)
  await writeManifest(folder, { ...manifest, hnsw: await writeGraph(graph, file) })
  return graph
}

/** Whether a generation has a graph that agrees with its digest; false also where it cannot be read. */
export async function hasSoundGraph(folder: string, { hnsw }: Manifest): Promise<boolean> {
  const digest = await hashOf('graph', path.join(folder, HNSW_FILE)).catch(() => null)
  return digest === hnsw
}

function hashOf(what: string, file: string): Promise<string> {
  return step(`compare the ${what} with its digest`, () => hashFile(file))
}
