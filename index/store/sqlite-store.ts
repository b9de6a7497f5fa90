import path from 'node:path'
import Database from 'better-sqlite3'
import type { DocumentDetails } from '../documents/document.ts'
import { FootnoteError } from '../errors.ts'
import { exists, hashFile } from '../files.ts'
import {
  corrupt,
  currentGeneration,
  HNSW_FILE,
  type Manifest,
  readManifest,
  SQLITE_FILE,
  writeManifest,
} from './generations.ts'
import { type Graph, makeGraph, readGraph, writeGraph } from './hnsw.ts'
import { passageReader, readVectors, vectorShape } from './sqlite-rows.ts'
import type { DocumentSummary, Paragraph, Store } from './store.ts'

/**
 * Opens the generation that is served. Its files are compared with their digests first: what is
 * damaged is an error (`index-corrupt`) and never an answer. A graph that is missing or damaged is
 * made anew from SQLite. Throws `index-missing` where nothing was built yet, and `index-stale` where
 * it was built otherwise than `fingerprint` says.
 */
export async function openStore(indexDir: string, fingerprint: string): Promise<Store> {
  const generation = await currentGeneration(indexDir)
  try {
    return await openGeneration(indexDir, generation, fingerprint)
  } catch (error) {
    // A build that ended in between removed the folder; then there is another one.
    if ((await currentGeneration(indexDir)) === generation) throw error
    return openStore(indexDir, fingerprint)
  }
}

async function openGeneration(
  indexDir: string,
  generation: string | null,
  fingerprint: string,
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
  const database = await openDatabase(folder, manifest)
  try {
    const graph = await openGraph(folder, manifest, database)
    // The name alone comes again where the folder was deleted and built anew.
    return new SqliteStore(`${generation}-${manifest.sqlite.slice(0, 12)}`, database, graph)
  } catch (error) {
    database.close()
    throw error
  }
}

async function openDatabase(folder: string, manifest: Manifest): Promise<Database.Database> {
  const file = path.join(folder, SQLITE_FILE)
  if (!(await exists(file))) throw corrupt(folder, `${SQLITE_FILE} is missing`)
  if ((await hashFile(file)) !== manifest.sqlite) {
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

/** In quotation marks a word is a word to FTS5, whatever else it may mean to it. */
function quoted(word: string): string {
  return `"${word.replaceAll('"', '""')}"`
}

type DocumentRow = DocumentSummary & { text: string }

const DETAILS = 'id, title, author, date, publisher, source, characters, paragraphs'

/** A generation in SQLite, with the graph of its vectors in memory. */
class SqliteStore implements Store {
  readonly generation: string
  readonly #database: Database.Database
  readonly #graph: Graph | null
  readonly #reader: ReturnType<typeof passageReader>

  constructor(generation: string, database: Database.Database, graph: Graph | null) {
    this.generation = generation
    this.#database = database
    this.#graph = graph
    this.#reader = passageReader(database)
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
    if (words.length === 0) return []
    const query = words.map(quoted).join(' OR ')
    const inDocuments =
      documentIds === null
        ? ''
        : `AND rowid IN (SELECT passages.id FROM passages JOIN documents ON documents.rowid = document
             WHERE documents.id IN (SELECT value FROM json_each(@documentIds)))`
    return this.#database
      .prepare<[{ query: string; limit: number; documentIds: string }], number>(
        `SELECT rowid FROM passage_words WHERE passage_words MATCH @query ${inDocuments}
           ORDER BY bm25(passage_words) LIMIT @limit`,
      )
      .pluck()
      .all({ query, limit, documentIds: JSON.stringify(documentIds) })
  }

  async wordFrequencies(words: readonly string[]) {
    const count = this.#database
      .prepare<[string], number>('SELECT count(*) FROM passage_words WHERE passage_words MATCH ?')
      .pluck()
    const passages = this.#database.prepare<[], number>('SELECT count(*) FROM passages').pluck()
    return {
      passages: passages.get() ?? 0,
      frequencies: words.map((word) => count.get(quoted(word)) ?? 0),
    }
  }

  async vocabulary(beginning: string): Promise<string[]> {
    return this.#database
      .prepare<[string, string], string>(
        'SELECT term FROM passage_vocabulary WHERE term >= ? AND term < ?',
      )
      .pluck()
      .all(beginning, `${beginning}\u{10FFFF}`)
  }

  async findSentences(vector: Float32Array, limit: number, documentIds: readonly string[] | null) {
    if (!this.#graph) return []
    const ranges = documentIds && this.#sentenceRanges(documentIds)
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

  /** A document is written in one transaction, so its sentences have consecutive ids. */
  #sentenceRanges(documentIds: readonly string[]): { first: number; last: number }[] {
    return this.#database
      .prepare<[string], { first: number; last: number }>(
        `SELECT min(sentences.id) AS first, max(sentences.id) AS last
           FROM documents JOIN passages ON document = documents.rowid
             JOIN sentences ON passage = passages.id
           WHERE documents.id IN (SELECT value FROM json_each(?)) GROUP BY documents.rowid`,
      )
      .all(JSON.stringify(documentIds))
  }
}
