import { open } from 'node:fs/promises'
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
  LISTS_FILE,
  type Manifest,
  readManifest,
  SQLITE_FILE,
  writeManifest,
} from './generations.ts'
import { publishInWorker } from './publish-in-worker.ts'
import { readCounts } from './sqlite-rows.ts'
import { hasTables, openForReading } from './sqlite-schema.ts'
import { SqliteStore } from './sqlite-store.ts'
import { openVectorFile } from './vector-file.ts'
import type { VectorSearch } from './vector-search.ts'

/** A generation whose database this process has verified against its digest, or written. */
export interface TrustedGeneration {
  readonly id: string
  /** Whether the vector file agrees with its digest, which is being found out; null where nobody asked. */
  readonly areVectorsSound: Promise<boolean> | null
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
 * Opens the served generation, after its files are compared with their digests. A vector file that is
 * missing or damaged is made anew from SQLite. Throws `index-missing`, `index-stale`, and `index-corrupt`
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
  const areVectorsSound = known?.areVectorsSound ?? hasSoundVectors(folder, manifest)
  const database = await openDatabase(folder, manifest, known !== null)
  const file = await open(path.join(folder, SQLITE_FILE)).catch((error: unknown) => {
    database.close()
    throw error
  })
  try {
    const vectors = await openVectors(folder, manifest, database, areVectorsSound)
    return await step(
      'open the database',
      () =>
        new SqliteStore({
          generation: id,
          database,
          file,
          vectors,
          exactSearch,
          damaged: (cause) =>
            corrupt(indexDir, `${SQLITE_FILE} has changed since it was written`, cause),
        }),
    )
  } catch (error) {
    database.close()
    await file.close()
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

/** Opens the vector file, which is mended if it is missing or damaged; null if there are no vectors. */
async function openVectors(
  folder: string,
  manifest: Manifest,
  database: Database.Database,
  areSound: Promise<boolean>,
): Promise<VectorSearch | null> {
  const counts = readCounts(database)
  if (counts.vectors === 0) return null
  if (await areSound) {
    const opened = await step('open the vectors', () => openVectorFile(database, counts, folder))
    if (opened) return opened
  }
  const hnsw = await publishInWorker({ step: 'mend', folder, baseFolder: null })
  await writeManifest(folder, { ...manifest, hnsw })
  return openVectorFile(database, counts, folder)
}

/** Whether a generation has a vector file that agrees with its digest; false also where it cannot be read. */
export async function hasSoundVectors(folder: string, { hnsw }: Manifest): Promise<boolean> {
  const lists = path.join(folder, LISTS_FILE)
  const file = (await exists(lists)) ? lists : path.join(folder, HNSW_FILE)
  const digest = await hashOf('vectors', file).catch(() => null)
  return digest === hnsw
}

function hashOf(what: string, file: string): Promise<string> {
  return step(`compare the ${what} with its digest`, () => hashFile(file))
}
