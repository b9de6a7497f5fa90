import { constants } from 'node:fs'
import { copyFile, mkdir, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import type Database from 'better-sqlite3'
import type { Document } from '../../documents/document.ts'
import { hashFile, syncFile } from '../../files.ts'
import type { StoreBuild } from '../storage.ts'
import { lockForBuild } from './build-lock.ts'
import { deriveGraph } from './derive-graph.ts'
import {
  generationId,
  currentGeneration,
  generationAfter,
  HNSW_FILE,
  listGenerations,
  publishGeneration,
  readManifest,
  removeOtherGenerations,
  SQLITE_FILE,
  writeManifest,
} from './generations.ts'
import { writeGraph } from './hnsw.ts'
import { openDatabase } from './open-generation.ts'
import { insertDocument, removeDocument } from './sqlite-documents.ts'
import { storageError } from './sqlite-errors.ts'
import { rowReader } from './sqlite-rows.ts'
import {
  closeForGood,
  createDatabase,
  openForWriting,
  readMeta,
  summarizeStems,
  writeMeta,
} from './sqlite-schema.ts'

export interface SqliteBuildOptions {
  readonly indexDir: string
  /** What the index is made with; a generation with another one is nothing to start from. */
  readonly fingerprint: string
  /** Start from nothing, whatever is there. */
  readonly force: boolean
  /** Called with the id of each generation whose database was written, or compared with its digest. */
  readonly onTrusted: (generation: string) => void
}

/** Begins a build, as `IndexStorage.beginBuild` says. */
export async function beginBuild(options: SqliteBuildOptions): Promise<StoreBuild> {
  const { indexDir, fingerprint, force } = options
  const unlock = await lockForBuild(indexDir)
  try {
    const served = force ? null : await currentGeneration(indexDir)
    const latest = (await listGenerations(indexDir)).at(-1)
    if (!force && latest !== undefined && latest !== served) {
      const unfinished = openUnfinished(path.join(indexDir, latest), fingerprint)
      if (unfinished) return new SqliteBuild(options, unlock, served, latest, unfinished, null)
    }
    const base = served === null ? null : await openBase(options, served)
    return new SqliteBuild(options, unlock, served, generationAfter(latest), null, base)
  } catch (error) {
    unlock()
    throw storageError(error, describe(indexDir))
  }
}

/** What a killed build left, if this one may go on with it. */
function openUnfinished(folder: string, fingerprint: string): Database.Database | null {
  let database: Database.Database | undefined
  try {
    database = openForWriting(path.join(folder, SQLITE_FILE), { fileMustExist: true })
    if (readMeta(database, 'fingerprint') === fingerprint) return database
  } catch {
    // Killed before its tables were made: there is nothing in it.
  }
  database?.close()
  return null
}

/** The generation that is served, compared with its digest; null where it was made otherwise. */
async function openBase(
  { indexDir, fingerprint, onTrusted }: SqliteBuildOptions,
  name: string,
): Promise<Database.Database | null> {
  const folder = path.join(indexDir, name)
  const manifest = await readManifest(folder)
  if (manifest.fingerprint !== fingerprint) return null
  const database = await openDatabase(folder, manifest)
  onTrusted(generationId(name, manifest))
  return database
}

/** A build into SQLite; nothing is copied or made before the first change. */
class SqliteBuild implements StoreBuild {
  readonly #options: SqliteBuildOptions
  readonly #unlock: () => void
  readonly #served: string | null
  readonly #name: string
  readonly #folder: string
  /** The generation in the making. */
  #target: Database.Database | null
  #creating: Promise<Database.Database> | null = null
  /** The served generation, until there is a target. */
  #base: Database.Database | null

  constructor(
    options: SqliteBuildOptions,
    unlock: () => void,
    served: string | null,
    name: string,
    target: Database.Database | null,
    base: Database.Database | null,
  ) {
    this.#options = options
    this.#unlock = unlock
    this.#served = served
    this.#name = name
    this.#folder = path.join(options.indexDir, name)
    this.#target = target
    this.#base = base
  }

  get changed(): boolean {
    return this.#target !== null
  }

  async hashes(): Promise<Map<string, string>> {
    const database = this.#target ?? this.#base
    const rows = database
      ?.prepare<[], { id: string; hash: string }>('SELECT id, hash FROM documents')
      .all()
    return new Map(rows?.map(({ id, hash }) => [id, hash]))
  }

  async passagesOf(documentId: string) {
    const database = this.#target ?? this.#base
    return database ? rowReader(database).passagesOf(documentId) : []
  }

  async vectors(sentenceIds: readonly number[]) {
    const database = this.#target ?? this.#base
    if (!database) return []
    const reader = rowReader(database)
    return sentenceIds.map((id) => reader.vector(id))
  }

  async put(document: Document, vectors: readonly Float32Array[]): Promise<void> {
    await this.#write((database) =>
      database.transaction(() => {
        removeDocument(database, document.id)
        insertDocument(database, document, vectors)
      })(),
    )
  }

  async remove(documentIds: readonly string[]): Promise<void> {
    await this.#write((database) =>
      database.transaction(() => {
        for (const id of documentIds) removeDocument(database, id)
      })(),
    )
  }

  async publish(): Promise<void> {
    await this.#write(async (database) => {
      const { indexDir, fingerprint, onTrusted } = this.#options
      const file = path.join(this.#folder, SQLITE_FILE)
      summarizeStems(database)
      const graph = await deriveGraph(database, this.#baseFolder(database))
      this.#target = null
      closeForGood(database)
      await syncFile(file)
      const manifest = {
        fingerprint,
        sqlite: await hashFile(file),
        hnsw: graph ? await writeGraph(graph, path.join(this.#folder, HNSW_FILE)) : '',
      }
      await writeManifest(this.#folder, manifest)
      await publishGeneration(indexDir, this.#name)
      onTrusted(generationId(this.#name, manifest))
      await removeOtherGenerations(indexDir, this.#name)
    })
  }

  async close(): Promise<void> {
    this.#target?.close()
    this.#base?.close()
    this.#unlock()
  }

  /** Writes to the generation in the making, with errors that say what to do. */
  async #write(work: (database: Database.Database) => void | Promise<void>): Promise<void> {
    try {
      await work(await this.#writable())
    } catch (error) {
      throw storageError(error, describe(this.#options.indexDir))
    }
  }

  async #writable(): Promise<Database.Database> {
    if (this.#target) return this.#target
    // One promise for all callers that come before there is a target.
    this.#creating ??= this.#createTarget()
    this.#target = await this.#creating
    this.#base?.close()
    this.#base = null
    return this.#target
  }

  async #createTarget(): Promise<Database.Database> {
    const file = path.join(this.#folder, SQLITE_FILE)
    const temporary = `${file}.tmp`
    await rm(this.#folder, { recursive: true, force: true })
    await mkdir(this.#folder, { recursive: true })
    if (this.#base && this.#served !== null) {
      const served = path.join(this.#options.indexDir, this.#served, SQLITE_FILE)
      try {
        await copyFile(served, temporary, constants.COPYFILE_FICLONE)
      } catch (error) {
        // What was copied takes the room that the next build needs.
        await rm(this.#folder, { recursive: true, force: true })
        throw error
      }
      await rename(temporary, file)
      const database = openForWriting(file, { fileMustExist: true })
      writeMeta(database, 'base', this.#served)
      return database
    }
    const database = createDatabase(file)
    writeMeta(database, 'fingerprint', this.#options.fingerprint)
    return database
  }

  /** The folder of the served generation, if the one in the making began as its copy. */
  #baseFolder(database: Database.Database): string | null {
    const { indexDir } = this.#options
    return this.#served !== null && readMeta(database, 'base') === this.#served
      ? path.join(indexDir, this.#served)
      : null
  }
}

function describe(indexDir: string): string {
  return `The index in ${indexDir}`
}
