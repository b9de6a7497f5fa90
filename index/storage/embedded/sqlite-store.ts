import type { FileHandle } from 'node:fs/promises'
import type Database from 'better-sqlite3'
import type { Heading, Page } from '../../documents/extractors/extractor.ts'
import type { Origin } from '../../documents/source-files.ts'
import type { Stem } from '../../language/language.ts'
import type { Span } from '../../span.ts'
import type {
  DocumentSummary,
  Membership,
  Outline,
  Paragraph,
  Search,
  Store,
  StoredDocument,
} from '../storage.ts'
import { collectionSearches } from './collection-search.ts'
import { type SentenceSearch, sentenceSearch } from './sentence-search.ts'
import { isDamage } from './sqlite-errors.ts'
import { readCounts, readProblems, readSources, type RowReader, rowReader } from './sqlite-rows.ts'
import { type StemSearch, stemSearch } from './sqlite-stems.ts'
import type { VectorSearch } from './vector-search.ts'

const BY_FREQUENCY = 'GROUP BY language ORDER BY count(*) DESC, language'

/** More characters than any text has, and the most that fits the 32 bits of SQLite's `substr`. */
const MAX_CHARACTERS = 2 ** 31 - 1

const SUMMARY = `id, format, file, language, title, author, date, publisher, source, collection, version,
  characters, paragraphs, (SELECT nullif(count(*), 0) FROM pages WHERE document = documents.rowid) AS pages`

const PAGES = `FROM pages JOIN documents ON documents.rowid = document WHERE documents.id = ?`

interface PageRow extends Span {
  readonly number: number
  readonly label: string | null
  readonly width: number | null
  readonly height: number | null
  readonly places: Buffer | null
}

export interface SqliteStoreOptions {
  readonly generation: string
  /** Opened read-only; closed with the store. */
  readonly database: Database.Database
  /**
   * The file of the database, opened again, and closed after it in a thread of the system: what closes the last opening of a large
   * file that was removed frees it, which takes 30 ms for 450 MB.
   */
  readonly file: FileHandle
  /** The search for the nearest sentences; null if there are none. Closed with the store. */
  readonly vectors: VectorSearch | null
  /** See `EmbeddedStorageOptions.exactSearch`. */
  readonly exactSearch: boolean
  /** Gives the error to throw if the database turns out to be damaged. */
  readonly damaged: (cause: unknown) => Error
}

/** A generation in SQLite, with a search for its vectors. */
export class SqliteStore implements Store {
  readonly generation: string
  readonly collections = null
  readonly #database: Database.Database
  readonly #file: FileHandle
  readonly #vectors: VectorSearch | null
  readonly #damaged: (cause: unknown) => Error
  readonly #reader: RowReader
  readonly #stems: StemSearch
  readonly #sentences: SentenceSearch
  readonly #searchIn: (collections: readonly string[]) => Search
  readonly #languages: readonly string[]
  readonly #passages: number

  constructor({ generation, database, file, vectors, exactSearch, damaged }: SqliteStoreOptions) {
    this.generation = generation
    this.#database = database
    this.#file = file
    this.#vectors = vectors
    this.#damaged = damaged
    this.#reader = rowReader(database)
    this.#stems = stemSearch(database)
    this.#sentences = sentenceSearch(database, vectors, exactSearch)
    this.#searchIn = collectionSearches({
      database,
      sentences: this.#sentences,
      read: (work) => this.#read(work),
    })
    // Read once: every question needs both.
    this.#languages = database
      .prepare<[], string>(`SELECT language FROM documents ${BY_FREQUENCY}`)
      .pluck()
      .all()
    this.#passages = readCounts(database).passages
  }

  async documents(): Promise<DocumentSummary[]> {
    return this.#read(() =>
      this.#database
        .prepare<[], DocumentSummary>(`SELECT ${SUMMARY} FROM documents ORDER BY id`)
        .all(),
    )
  }

  async sources() {
    try {
      return await readSources(this.#database)
    } catch (error) {
      throw this.#explained(error)
    }
  }

  async problems() {
    return this.#read(() => readProblems(this.#database))
  }

  async document(id: string, maxCharacters = MAX_CHARACTERS): Promise<StoredDocument | null> {
    // SQLite counts code points, so this many of them have at least as many code units.
    const row = this.#read(() =>
      this.#database
        .prepare<[number, string], StoredDocument>(
          `SELECT ${SUMMARY}, substr(text, 1, ?) AS text FROM documents WHERE id = ?`,
        )
        .get(maxCharacters, id),
    )
    return row ? { ...row, text: row.text.slice(0, maxCharacters) } : null
  }

  async missingDocuments(ids: readonly string[]): Promise<string[]> {
    return this.#read(() => {
      const isThere = this.#database.prepare<[string], 1>('SELECT 1 FROM documents WHERE id = ?')
      return ids.filter((id) => isThere.get(id) === undefined)
    })
  }

  async membershipsOf(ids: readonly string[]): Promise<Map<string, Membership>> {
    return this.#read(() => {
      const membership = this.#database.prepare<[string], Membership>(
        'SELECT file, collection FROM documents WHERE id = ?',
      )
      return new Map(
        ids.flatMap((id) => {
          const found = membership.get(id)
          return found ? [[id, found]] : []
        }),
      )
    })
  }

  async documentsIn(collection: string): Promise<string[]> {
    return this.#read(() =>
      this.#database
        .prepare<[string], string>('SELECT id FROM documents WHERE collection = ? ORDER BY id')
        .pluck()
        .all(collection),
    )
  }

  async languages(documentIds: readonly string[] | null): Promise<string[]> {
    if (documentIds === null) return [...this.#languages]
    return this.#read(() =>
      this.#database
        .prepare<[string], string>(
          `SELECT language FROM documents WHERE id IN (SELECT value FROM json_each(?)) ${BY_FREQUENCY}`,
        )
        .pluck()
        .all(JSON.stringify(documentIds)),
    )
  }

  async outline(documentId: string): Promise<Outline> {
    return this.#read(() => ({
      paragraphs: this.#database
        .prepare<[string], Paragraph>(
          `SELECT paragraph, start, "end" FROM passages JOIN documents ON documents.rowid = document
             WHERE documents.id = ? ORDER BY passages.id`,
        )
        .all(documentId),
      headings: this.#database
        .prepare<[string], Heading>(
          `SELECT 'heading' AS role, start, "end", level, headings.text
             FROM headings JOIN documents ON documents.rowid = document
             WHERE documents.id = ? ORDER BY start`,
        )
        .all(documentId),
      pages: this.#database
        .prepare<[string], PageRow>(
          `SELECT number, label, start, "end", width, height, NULL AS places ${PAGES} ORDER BY number`,
        )
        .all(documentId)
        .map(toPage),
    }))
  }

  async origin(documentId: string): Promise<Origin | null> {
    const row = this.#read(() =>
      this.#database
        .prepare<[string], Origin>('SELECT file, format, fileHash FROM documents WHERE id = ?')
        .get(documentId),
    )
    return row ?? null
  }

  async pagesAt(documentId: string, { start, end }: Span): Promise<Page[]> {
    return this.#read(() =>
      this.#database
        .prepare<[string, number, number], PageRow>(
          `SELECT number, label, start, "end", width, height, places ${PAGES}
             AND start < ? AND "end" > ? ORDER BY number`,
        )
        .all(documentId, end, start)
        .map(toPage),
    )
  }

  async findPassages(stems: readonly Stem[], limit: number, documentIds: readonly string[] | null) {
    return this.#read(() => this.#stems.best(stems, limit, documentIds))
  }

  async findPassagesWith(
    stems: readonly Stem[],
    limit: number,
    documentIds: readonly string[] | null,
  ) {
    return this.#read(() => this.#stems.sharing(stems, limit, documentIds))
  }

  async stemFrequencies(stems: readonly Stem[]) {
    const frequencies = this.#read(() => this.#stems.frequencies(stems))
    return { passages: this.#passages, frequencies }
  }

  async vocabulary(beginning: string, minLength: number, maxLength: number) {
    return this.#read(() => this.#stems.vocabulary(beginning, minLength, maxLength))
  }

  async findSentences(vector: Float32Array, limit: number, documentIds: readonly string[] | null) {
    return this.#read(() => {
      const ranges = documentIds && this.#sentences.rangesOf(documentIds, null)
      return this.#sentences.nearest(vector, limit, ranges)
    })
  }

  searchIn(collections: readonly string[]): Search {
    return this.#searchIn(collections)
  }

  async passages(ids: readonly number[]) {
    return this.#read(() => ids.flatMap((id) => this.#reader.passage(id) ?? []))
  }

  async firstPassages(documentId: string, limit: number) {
    return this.#read(() => this.#reader.passagesOf(documentId, limit))
  }

  async vectors(sentenceIds: readonly number[]) {
    return this.#read(() => sentenceIds.map((id) => this.#reader.vector(id)))
  }

  async close(): Promise<void> {
    await this.#vectors?.close()
    this.#database.close()
    await this.#file.close()
  }

  /** Runs a read; throws `index-corrupt` if it fails because the database is damaged. */
  #read<T>(work: () => T): T {
    try {
      return work()
    } catch (error) {
      throw this.#explained(error)
    }
  }

  #explained(error: unknown): unknown {
    return isDamage(error, this.#database) ? this.#damaged(error) : error
  }
}

function toPage({ width, height, ...page }: PageRow): Page {
  return { ...page, size: width === null || height === null ? null : { width, height } }
}
