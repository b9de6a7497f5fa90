import { constants } from 'node:fs'
import { copyFile, mkdir, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import Database from 'better-sqlite3'
import type { Document } from '../../documents/document.ts'
import { exists, hashFile, syncFile } from '../../files.ts'
import {
  contentId,
  corrupt,
  currentGeneration,
  generationAfter,
  HNSW_FILE,
  listGenerations,
  lockForBuild,
  publishGeneration,
  readManifest,
  removeOtherGenerations,
  SQLITE_FILE,
  writeManifest,
} from './generations.ts'
import { deriveGraph } from './derive-graph.ts'
import { writeGraph } from './hnsw.ts'
import { insertDocument, removeDocument } from './sqlite-documents.ts'
import { passageReader } from './sqlite-rows.ts'
import {
  closeForGood,
  createDatabase,
  openForWriting,
  readMeta,
  summarizeWords,
  writeMeta,
} from './sqlite-schema.ts'
import type { StoreBuild } from '../storage.ts'

export interface StoreBuildOptions {
  readonly indexDir: string
  /** What the index is made with; a generation with another one is nothing to start from. */
  readonly fingerprint: string
  /** Start from nothing, whatever is there. */
  readonly force: boolean
}

/**
 * Begins a build: from what an interrupted build left, else from the generation that is served, else
 * from nothing. Throws `build-running` where another build is at work, and `index-corrupt` where the
 * generation that is served is damaged and `force` is not set.
 */
export async function beginBuild(options: StoreBuildOptions): Promise<StoreBuild> {
  const { indexDir, fingerprint, force } = options
  const unlock = await lockForBuild(indexDir)
  try {
    const served = force ? null : await currentGeneration(indexDir)
    const latest = (await listGenerations(indexDir)).at(-1)
    if (!force && latest !== undefined && latest !== served) {
      const unfinished = openUnfinished(path.join(indexDir, latest), fingerprint)
      if (unfinished) return new SqliteBuild(options, unlock, served, latest, unfinished, null)
    }
    const base = served === null ? null : await openServed(indexDir, served, fingerprint)
    return new SqliteBuild(options, unlock, served, generationAfter(latest), null, base)
  } catch (error) {
    unlock()
    throw error
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

/** The generation that is served, compared with its digest. */
interface Base {
  readonly content: string
  readonly database: Database.Database
}

async function openServed(
  indexDir: string,
  name: string,
  fingerprint: string,
): Promise<Base | null> {
  const folder = path.join(indexDir, name)
  const manifest = await readManifest(folder)
  if (manifest.fingerprint !== fingerprint) return null
  const file = path.join(folder, SQLITE_FILE)
  if (!(await exists(file)) || (await hashFile(file)) !== manifest.sqlite) {
    throw corrupt(folder, `${SQLITE_FILE} is not as it was written`)
  }
  return { content: contentId(name, manifest), database: new Database(file, { readonly: true }) }
}

/** A build into SQLite; nothing is copied or made before the first change. */
class SqliteBuild implements StoreBuild {
  readonly #options: StoreBuildOptions
  readonly #unlock: () => void
  readonly #served: string | null
  readonly #name: string
  readonly #folder: string
  /** The generation in the making. */
  #target: Database.Database | null
  #creating: Promise<Database.Database> | null = null
  /** The served generation, until there is a target. */
  #base: Database.Database | null
  #verified: string | null

  constructor(
    options: StoreBuildOptions,
    unlock: () => void,
    served: string | null,
    name: string,
    target: Database.Database | null,
    base: Base | null,
  ) {
    this.#options = options
    this.#unlock = unlock
    this.#served = served
    this.#name = name
    this.#folder = path.join(options.indexDir, name)
    this.#target = target
    this.#base = base?.database ?? null
    this.#verified = base?.content ?? null
  }

  get changed(): boolean {
    return this.#target !== null
  }

  get verified(): string | null {
    return this.#verified
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
    return database ? passageReader(database).ofDocument(documentId) : []
  }

  async put(document: Document, vectors: readonly Float32Array[]): Promise<void> {
    const database = await this.#writable()
    database.transaction(() => {
      removeDocument(database, document.id)
      insertDocument(database, document, vectors)
    })()
  }

  async remove(documentIds: readonly string[]): Promise<void> {
    const database = await this.#writable()
    database.transaction(() => {
      for (const id of documentIds) removeDocument(database, id)
    })()
  }

  async publish(): Promise<void> {
    const database = await this.#writable()
    const file = path.join(this.#folder, SQLITE_FILE)
    summarizeWords(database)
    const graph = await deriveGraph(database, this.#baseFolder(database))
    this.#target = null
    closeForGood(database)
    await syncFile(file)
    const manifest = {
      fingerprint: this.#options.fingerprint,
      sqlite: await hashFile(file),
      hnsw: graph ? await writeGraph(graph, path.join(this.#folder, HNSW_FILE)) : '',
    }
    await writeManifest(this.#folder, manifest)
    await publishGeneration(this.#options.indexDir, this.#name)
    this.#verified = contentId(this.#name, manifest)
    await removeOtherGenerations(this.#options.indexDir, this.#name)
  }

  async close(): Promise<void> {
    this.#target?.close()
    this.#base?.close()
    this.#unlock()
  }

  async #writable(): Promise<Database.Database> {
    if (this.#target) return this.#target
    // One promise for all who ask before there is a target.
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
        // The part of a copy takes the room that the next build needs.
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
