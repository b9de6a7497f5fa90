import PQueue from 'p-queue'
import type { Document } from '../../documents/document.ts'
import type { DocumentProblem } from '../../documents/source-files.ts'
import { checkDatabase } from '../../postgres/check-database.ts'
import type { Connection, Database } from '../../postgres/database.ts'
import type { StoreBuild, StoredPassage, StoredSource } from '../storage.ts'
import { lockForBuild, unlock } from './build-lock.ts'
import { deriveGraph } from './derive-graph.ts'
import { deriveWords } from './derive-words.ts'
import { createTables, schemaOf, setDimensions } from './generation-tables.ts'
import {
  addGeneration,
  type Generation,
  removeOldGenerations,
  serveGeneration,
  servedGeneration,
  unfinishedGeneration,
} from './generations.ts'
import { beginError, buildError } from './index-errors.ts'
import type { Pgvector } from './pgvector.ts'
import { prepareDatabase } from './prepare-database.ts'
import { readPassagesOf, readProblems, readSources, readVectors } from './rows.ts'
import { insertDocument, readNextIds, removeDocuments, replaceProblems } from './write-documents.ts'
import type { Target } from './write-documents.ts'

/**
 * A build waits for no transaction to reach the disk but the one that publishes: if the database crashes, the next build does the
 * last documents again. It takes as long as it needs.
 */
const SETTINGS = [
  'SET statement_timeout = 0',
  'SET idle_in_transaction_session_timeout = 0',
  'SET synchronous_commit = off',
  'SET jit = off',
]

const TABLES_TO_ANALYZE = [
  'documents',
  'passages',
  'sentences',
  'places',
  'extents',
  'stems',
  'collection_stems',
]

export interface PostgresBuildOptions {
  readonly database: Database
  /** The fingerprint of the new index. The build starts only from a generation with the same one. */
  readonly fingerprint: string
  /** Whether to start from an empty index. */
  readonly force: boolean
}

/** Implements `IndexStorage.beginBuild`. */
export async function beginBuild(options: PostgresBuildOptions): Promise<StoreBuild> {
  const connection = await options.database.connect()
  try {
    for (const setting of SETTINGS) await connection.query(setting)
    await checkDatabase(connection)
    await lockForBuild(connection)
    const pgvector = await prepareDatabase(connection)
    const { fingerprint, force } = options
    const unfinished = force ? null : await unfinishedGeneration(connection, fingerprint)
    await removeOldGenerations(connection, fingerprint, unfinished?.number ?? null)
    if (unfinished) {
      const target = await openTarget(connection, pgvector, unfinished)
      return new PostgresBuild(connection, pgvector, fingerprint, null, target)
    }
    const served = force ? null : await servedGeneration(connection, fingerprint)
    const base = served?.fingerprint === fingerprint ? served : null
    return new PostgresBuild(connection, pgvector, fingerprint, base, null)
  } catch (error) {
    await connection.close()
    throw beginError(error)
  }
}

/** The generation that a build writes. */
interface OpenTarget extends Target {
  readonly generation: number
  /** The length of the vectors; null before the first one. */
  dimensions: number | null
}

async function openTarget(
  connection: Connection,
  pgvector: Pgvector,
  { number, dimensions }: Pick<Generation, 'number' | 'dimensions'>,
): Promise<OpenTarget> {
  const schema = schemaOf(number)
  const next = await readNextIds(connection, schema)
  return { generation: number, schema, dimensions, next, pgvector }
}

/** A build into PostgreSQL. It creates and copies no table before the first change. */
class PostgresBuild implements StoreBuild {
  /** Holds the lock. */
  readonly #connection: Connection
  readonly #pgvector: Pgvector
  readonly #fingerprint: string
  /** The served generation, from which the build starts; null if it starts from nothing, or once there is a target. */
  #base: Generation | null
  /** The new generation; null before the first change. */
  #target: OpenTarget | null
  /** Callers work at the same time, and a connection has one transaction. */
  readonly #queue = new PQueue({ concurrency: 1 })

  constructor(
    connection: Connection,
    pgvector: Pgvector,
    fingerprint: string,
    base: Generation | null,
    target: OpenTarget | null,
  ) {
    this.#connection = connection
    this.#pgvector = pgvector
    this.#fingerprint = fingerprint
    this.#base = base
    this.#target = target
  }

  get changed(): boolean {
    return this.#target !== null
  }

  async sources(): Promise<Map<string, StoredSource>> {
    return this.#read(new Map(), (schema) => readSources(this.#connection, schema))
  }

  async problems(): Promise<DocumentProblem[]> {
    return this.#read([], (schema) => readProblems(this.#connection, schema))
  }

  async passagesOf(documentId: string): Promise<StoredPassage[]> {
    return this.#read([], (schema) => readPassagesOf(this.#connection, schema, documentId))
  }

  async vectors(sentenceIds: readonly number[]): Promise<Float32Array[]> {
    return this.#read([], (schema) =>
      readVectors(this.#connection, this.#pgvector, schema, sentenceIds),
    )
  }

  async put(document: Document, vectors: readonly Float32Array[]): Promise<void> {
    await this.#write(async (target) => {
      const [vector] = vectors
      if (vector && target.dimensions === null) await this.#noteDimensions(target, vector.length)
      await this.#connection.transaction(async (queries) => {
        await removeDocuments(queries, target.schema, [document.id])
        await insertDocument(queries, target, document, vectors)
      })
    })
  }

  async remove(documentIds: readonly string[]): Promise<void> {
    await this.#write(({ schema }) => removeDocuments(this.#connection, schema, documentIds))
  }

  async putProblems(problems: readonly DocumentProblem[]): Promise<void> {
    await this.#write(({ schema }) =>
      this.#connection.transaction((queries) => replaceProblems(queries, schema, problems)),
    )
  }

  async publish(): Promise<void> {
    await this.#write(async ({ generation, schema, dimensions }) => {
      await this.#connection.transaction((queries) => deriveWords(queries, schema))
      if (dimensions !== null)
        await deriveGraph(this.#connection, this.#pgvector, schema, dimensions)
      for (const table of TABLES_TO_ANALYZE) {
        await this.#connection.query(`ANALYZE ${schema}.${table}`)
      }
      await this.#serve(generation, schema)
      this.#target = null
      await removeOldGenerations(this.#connection, this.#fingerprint, null)
    })
  }

  async close(): Promise<void> {
    await this.#queue.onIdle()
    // Closing a connection releases the lock only some time later. A connection that is lost has no lock.
    await unlock(this.#connection).catch(() => {})
    await this.#connection.close()
  }

  async #serve(generation: number, schema: string): Promise<void> {
    const [passages] = await this.#connection.query<{ count: number }>(
      `SELECT count(*)::integer AS count FROM ${schema}.passages`,
    )
    await this.#connection.transaction(async (queries) => {
      await queries.query('SET LOCAL synchronous_commit = on')
      await serveGeneration(queries, generation, passages?.count ?? 0)
    })
  }

  async #noteDimensions(target: OpenTarget, dimensions: number): Promise<void> {
    await this.#connection.transaction(async (queries) => {
      await setDimensions(queries, this.#pgvector, target.generation, dimensions)
      await queries.query('UPDATE footnote.generations SET dimensions = $2 WHERE number = $1', [
        target.generation,
        dimensions,
      ])
    })
    target.dimensions = dimensions
  }

  /** Reads the new generation, or that from which it starts; `nothing` where it starts from nothing. */
  async #read<T>(nothing: T, work: (schema: string) => Promise<T>): Promise<T> {
    return this.#inTurn(async () => {
      if (this.#target) return work(this.#target.schema)
      return this.#base ? work(schemaOf(this.#base.number)) : nothing
    })
  }

  /** Writes to the new generation. */
  async #write(work: (target: OpenTarget) => Promise<void>): Promise<void> {
    await this.#inTurn(async () => {
      this.#target ??= await this.#createTarget()
      this.#base = null
      await work(this.#target)
    })
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    return this.#queue.add(async () => {
      try {
        return await work()
      } catch (error) {
        throw buildError(error)
      }
    })
  }

  async #createTarget(): Promise<OpenTarget> {
    const base = this.#base
    const dimensions = base?.dimensions ?? null
    const number = await this.#connection.transaction(async (queries) => {
      const added = await addGeneration(queries, this.#fingerprint, dimensions)
      await createTables(queries, this.#pgvector, added, base)
      return added
    })
    return openTarget(this.#connection, this.#pgvector, { number, dimensions })
  }
}
