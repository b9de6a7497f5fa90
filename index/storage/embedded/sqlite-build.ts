import { constants } from 'node:fs'
import { copyFile, mkdir, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import type Database from 'better-sqlite3'
import type { Document } from '../../documents/document.ts'
import type { DocumentProblem } from '../../documents/source-files.ts'
import type { StoreBuild, StoredSource } from '../storage.ts'
import { lockForBuild } from './build-lock.ts'
import {
  generationId,
  currentGeneration,
  generationAfter,
  listGenerations,
  publishGeneration,
  readManifest,
  removeOtherGenerations,
  SQLITE_FILE,
  writeManifest,
} from './generations.ts'
import { hasSoundVectors, openDatabase, type TrustedGeneration } from './open-generation.ts'
import { publishInWorker } from './publish-in-worker.ts'
import { insertDocument, removeDocument, replaceProblems } from './sqlite-documents.ts'
import { storageError } from './sqlite-errors.ts'
import { readProblems, readSources, rowReader } from './sqlite-rows.ts'
import { createDatabase, openForWriting, readMeta, writeMeta } from './sqlite-schema.ts'

export interface SqliteBuildOptions {
  readonly indexDir: string
  /** The fingerprint of the new index. The build starts only from a generation with the same one. */
  readonly fingerprint: string
  /** Whether to start from an empty index. */
  readonly force: boolean
  /** Whether the served generation is opened after the build, unless this one replaces it. */
  readonly isOpenedNext: boolean
  /** Called with a generation whose database this build has verified against its digest, or written. */
  readonly onTrusted: (generation: TrustedGeneration) => void
}

/** Implements `IndexStorage.beginBuild`. */
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
    throw storageError(error, indexLabel(indexDir))
  }
}

/** The database of an interrupted build; null if its fingerprint differs or it has no tables. */
function openUnfinished(folder: string, fingerprint: string): Database.Database | null {
  let database: Database.Database | undefined
  try {
    database = openForWriting(path.join(folder, SQLITE_FILE), { fileMustExist: true })
    if (readMeta(database, 'fingerprint') === fingerprint) return database
  } catch {
    // The build was killed before it created the tables, so nothing is lost.
  }
  database?.close()
  return null
}

/** The database of the served generation, verified against its digest; null if its fingerprint differs. */
async function openBase(
  { indexDir, fingerprint, isOpenedNext, onTrusted }: SqliteBuildOptions,
  name: string,
): Promise<Database.Database | null> {
  const folder = path.join(indexDir, name)
  const manifest = await readManifest(folder)
  if (manifest.fingerprint !== fingerprint) return null
  const areVectorsSound = isOpenedNext ? hasSoundVectors(folder, manifest) : null
  const database = await openDatabase(folder, manifest)
  onTrusted({ id: generationId(name, manifest), areVectorsSound })
  return database
}

/** A build into SQLite. It creates no folder and copies no database before the first change. */
class SqliteBuild implements StoreBuild {
  readonly #options: SqliteBuildOptions
  readonly #unlock: () => void
  readonly #served: string | null
  readonly #name: string
  readonly #folder: string
  /** The database of the new generation; null before the first change. */
  #target: Database.Database | null
  #creating: Promise<Database.Database> | null = null
  /** The database of the served generation, from which the build starts; null once there is a target. */
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

  async sources(): Promise<Map<string, StoredSource>> {
    const database = this.#target ?? this.#base
    return database ? readSources(database) : new Map()
  }

  async problems(): Promise<DocumentProblem[]> {
    const database = this.#target ?? this.#base
    return database ? readProblems(database) : []
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

  async putProblems(problems: readonly DocumentProblem[]): Promise<void> {
    await this.#write((database) =>
      database.transaction(() => replaceProblems(database, problems))(),
    )
  }

  async publish(): Promise<void> {
    await this.#write(async (database) => {
      const { indexDir, fingerprint, onTrusted } = this.#options
      const [folder, baseFolder] = [this.#folder, this.#baseFolder(database)]
      const hnsw = await publishInWorker({ step: 'complete', folder, baseFolder })
      this.#target = null
      database.close()
      const sqlite = await publishInWorker({ step: 'seal', folder, baseFolder })
      const manifest = { fingerprint, sqlite, hnsw }
      await writeManifest(folder, manifest)
      await publishGeneration(indexDir, this.#name)
      onTrusted({ id: generationId(this.#name, manifest), areVectorsSound: null })
      await removeOtherGenerations(indexDir, this.#name)
    })
  }

  async close(): Promise<void> {
    this.#target?.close()
    this.#base?.close()
    this.#unlock()
  }

  /** Writes to the new generation. Errors become `FootnoteError`s where they can. */
  async #write(work: (database: Database.Database) => void | Promise<void>): Promise<void> {
    try {
      await work(await this.#writable())
    } catch (error) {
      throw storageError(error, indexLabel(this.#options.indexDir))
    }
  }

  async #writable(): Promise<Database.Database> {
    if (this.#target) return this.#target
    // Concurrent first changes share one promise, so that only one target is created.
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
        // The incomplete copy would take the disk space that the next build needs.
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

  /** The folder of the served generation if the new one started as its copy; null otherwise. */
  #baseFolder(database: Database.Database): string | null {
    const { indexDir } = this.#options
    return this.#served !== null && readMeta(database, 'base') === this.#served
      ? path.join(indexDir, this.#served)
      : null
  }
}

function indexLabel(indexDir: string): string {
  return `The index in ${indexDir}`
}
