import path from 'node:path'
import Database from 'better-sqlite3'
import type { DocumentDetails } from '../../documents/document.ts'
import { FootnoteError } from '../../errors.ts'
import { exists, hashFile } from '../../files.ts'
import {
  contentId,
  corrupt,
  currentGeneration,
  HNSW_FILE,
  type Manifest,
  readManifest,
  SQLITE_FILE,
  writeManifest,
} from './generations.ts'
import { type Graph, makeGraph, readGraph, writeGraph } from './hnsw.ts'
import { cosine } from '../../retrieval/cosine.ts'
import { blobToVector } from './sqlite-schema.ts'
import { passageReader, readVectors, vectorShape } from './sqlite-rows.ts'
import { type WordSearch, wordSearch } from './sqlite-words.ts'
import type { DocumentSummary, FoundSentence, Paragraph, Store } from '../storage.ts'

/**
 * Opens the generation that is served. Its files are compared with their digests first: what is
 * damaged is an error (`index-corrupt`) and never an answer. A graph that is missing or damaged is
 * made anew from SQLite. Throws `index-missing` where nothing was built yet, and `index-stale` where
 * it was built otherwise than `fingerprint` says.
 *
 * `verified` is a content whose database the caller's own build has just compared or written: hashing it
 * again is what a start with a large index waits for.
 */
export async function openStore(
  indexDir: string,
  fingerprint: string,
  verified: string | null = null,
): Promise<Store> {
  const generation = await currentGeneration(indexDir)
  try {
    return await openGeneration(indexDir, generation, fingerprint, verified)
  } catch (error) {
    // A build that ended in between removed the folder; then there is another one.
    if ((await currentGeneration(indexDir)) === generation) throw error
    return openStore(indexDir, fingerprint, verified)
  }
}

async function openGeneration(
  indexDir: string,
  generation: string | null,
  fingerprint: string,
  verified: string | null,
): Promise<Store> {
  if (generation === null) {
    throw new FootnoteError(
      'index-missing',
      `There is no index in ${indexDir} yet. Make it with "npm run build-index".`,
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
  const content = contentId(generation, manifest)
  const database = await openDatabase(folder, manifest, content === verified)
  try {
    const graph = await openGraph(folder, manifest, database)
    return new SqliteStore(content, database, graph)
  } catch (error) {
    database.close()
    throw error
  }
}

async function openDatabase(
  folder: string,
  manifest: Manifest,
  isVerified: boolean,
): Promise<Database.Database> {
  const file = path.join(folder, SQLITE_FILE)
  if (!(await exists(file))) throw corrupt(folder, `${SQLITE_FILE} is missing`)
  if (!isVerified && (await hashFile(file)) !== manifest.sqlite) {
    throw corrupt(folder, `${SQLITE_FILE} is not as it was written`)
  }
  return new Database(file, { readonly: true, fileMustExist: true })
}

async function openGraph(
  folder: string,
  manifest: Manifest,
  database: Database.Database,
): Promise<Graph | null> {
  const { count, dimensions } = vectorShape(database)
  if (count === 0) return null
  const file = path.join(folder, HNSW_FILE)
  if ((await exists(file)) && (await hashFile(file)) === manifest.hnsw) {
    // hnswlib does not tell of a disk that is full: what it left has a digest too.
    const read = await readGraph(file, dimensions).catch(() => null)
    if (read) return read
  }
  const graph = await makeGraph(readVectors(database), count, dimensions)
  await writeManifest(folder, { ...manifest, hnsw: await writeGraph(graph, file) })
  return graph
}

/**
 * Of documents with so many sentences each is compared, which takes 20 ms; the graph, walked until
 * it has met enough of few sentences, takes up to 0.5 s for one document in 5,000.
 */
const EXACT_SENTENCES = 5000

/** Ids of sentences, both ends included. */
interface Range {
  readonly first: number
  readonly last: number
}

interface VectorRow {
  readonly id: number
  readonly passage: number
  readonly vector: Buffer
}

function sentencesIn(ranges: readonly Range[]): number {
  return ranges.reduce((sum, { first, last }) => sum + last - first + 1, 0)
}

type DocumentRow = DocumentSummary & { text: string }

const DETAILS = 'id, title, author, date, publisher, source, characters, paragraphs'

/** A generation in SQLite, with the graph of its vectors in memory. */
class SqliteStore implements Store {
  readonly generation: string
  readonly #database: Database.Database
  readonly #graph: Graph | null
  readonly #reader: ReturnType<typeof passageReader>
  readonly #words: WordSearch
  readonly #passages: number

  constructor(generation: string, database: Database.Database, graph: Graph | null) {
    this.generation = generation
    this.#database = database
    this.#graph = graph
    this.#reader = passageReader(database)
    this.#words = wordSearch(database)
    // Once: SQLite counts by reading.
    this.#passages =
      database.prepare<[], number>('SELECT count(*) FROM passages').pluck().get() ?? 0
  }

  async documents(): Promise<DocumentSummary[]> {
    return this.#database
      .prepare<[], DocumentSummary>(`SELECT ${DETAILS} FROM documents ORDER BY id`)
      .all()
  }

  async document(id: DocumentDetails['id']) {
    const row = this.#database
      .prepare<[string], DocumentRow>(`SELECT ${DETAILS}, text FROM documents WHERE id = ?`)
      .get(id)
    return row ?? null
  }

  async paragraphs(documentId: DocumentDetails['id']): Promise<Paragraph[]> {
    return this.#database
      .prepare<[string], Paragraph>(
        `SELECT paragraph, start, "end" FROM passages JOIN documents ON documents.rowid = document
           WHERE documents.id = ? ORDER BY passages.id`,
      )
      .all(documentId)
  }

  async findPassages(
    words: readonly string[],
    limit: number,
    documentIds: readonly string[] | null,
  ): Promise<number[]> {
    return this.#words.best(words, limit, documentIds)
  }

  async wordFrequencies(words: readonly string[]) {
    return { passages: this.#passages, frequencies: this.#words.frequencies(words) }
  }

  async vocabulary(beginning: string, shortest: number, longest: number): Promise<string[]> {
    return this.#words.vocabulary(beginning, shortest, longest)
  }

  async findSentences(vector: Float32Array, limit: number, documentIds: readonly string[] | null) {
    if (!this.#graph) return []
    const ranges = documentIds && this.#sentenceRanges(documentIds)
    if (ranges && sentencesIn(ranges) <= EXACT_SENTENCES) {
      return this.#nearestIn(ranges, vector, limit)
    }
    const { neighbors, distances } = this.#graph.searchKnn(
      Array.from(vector),
      Math.min(limit, this.#graph.getCurrentCount()),
      ranges ? (id) => ranges.some(({ first, last }) => first <= id && id <= last) : undefined,
    )
    const passageOf = this.#database
      .prepare<[number], number>('SELECT passage FROM sentences WHERE id = ?')
      .pluck()
    return neighbors.flatMap((sentenceId, i) => {
      const passageId = passageOf.get(sentenceId)
      const distance = distances[i]
      return passageId === undefined || distance === undefined
        ? []
        : [{ sentenceId, passageId, distance }]
    })
  }

  async passages(ids: readonly number[]) {
    return ids.flatMap((id) => this.#reader.byId(id) ?? [])
  }

  async close(): Promise<void> {
    this.#database.close()
  }

  #nearestIn(ranges: readonly Range[], vector: Float32Array, limit: number): FoundSentence[] {
    const rows = this.#database.prepare<[number, number], VectorRow>(
      'SELECT id, passage, vector FROM sentences WHERE id BETWEEN ? AND ?',
    )
    return ranges
      .flatMap(({ first, last }) => rows.all(first, last))
      .map((row) => ({
        sentenceId: row.id,
        passageId: row.passage,
        distance: 1 - cosine(vector, blobToVector(row.vector)),
      }))
      .toSorted((a, b) => a.distance - b.distance)
      .slice(0, limit)
  }

  /** A document is written in one transaction, so its sentences have consecutive ids. */
  #sentenceRanges(documentIds: readonly string[]): Range[] {
    return this.#database
      .prepare<[string], Range>(
        `SELECT min(sentences.id) AS first, max(sentences.id) AS last
           FROM documents JOIN passages ON document = documents.rowid
             JOIN sentences ON passage = passages.id
           WHERE documents.id IN (SELECT value FROM json_each(?)) GROUP BY documents.rowid`,
      )
      .all(JSON.stringify(documentIds))
  }
}
