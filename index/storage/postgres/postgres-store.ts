import type { Heading, Page } from '../../documents/extractors/extractor.ts'
import type { Origin } from '../../documents/source-files.ts'
import type { Stem } from '../../language/language.ts'
import type { Database } from '../../postgres/database.ts'
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
import { schemaOf } from './generation-tables.ts'
import { type Generation, generationId } from './generations.ts'
import { generationError } from './index-errors.ts'
import { readLanguages } from './languages.ts'
import type { Pgvector } from './pgvector.ts'
import { readPassages, readPassagesOf, readProblems, readSources, readVectors } from './rows.ts'
import { allStems } from './stem-tables.ts'
import { type VectorSearch, vectorSearch } from './vector-search.ts'
import { type WordSearch, wordSearch } from './word-search.ts'

const SUMMARY = `id, format, file, language, title, author, date, publisher, source, collection, version,
  characters, paragraphs, pages`

/** How many stems are remembered with their counts. */
const MAX_REMEMBERED_STEMS = 10_000

/** More characters than any text has. */
const MAX_CHARACTERS = 2 ** 31 - 1

interface PageRow extends Span {
  readonly number: number
  readonly label: string | null
  readonly width: number | null
  readonly height: number | null
  readonly places: Buffer | null
}

export interface PostgresStoreOptions {
  readonly database: Database
  readonly pgvector: Pgvector
  readonly generation: Generation
  /** The language tags of all documents, the most frequent first: every question needs them. */
  readonly languages: readonly string[]
  /** Whether every search for vectors compares each sentence. */
  readonly exactSearch: boolean
}

/** A published generation in PostgreSQL. Every call is one statement or two, on any connections. */
export class PostgresStore implements Store {
  readonly generation: string
  readonly collections = null
  readonly #database: Database
  readonly #pgvector: Pgvector
  readonly #schema: string
  readonly #passages: number
  readonly #languages: readonly string[]
  readonly #words: WordSearch
  readonly #sentences: VectorSearch
  readonly #searchIn: (collections: readonly string[]) => Search

  constructor({ database, pgvector, generation, languages, exactSearch }: PostgresStoreOptions) {
    this.generation = generationId(generation)
    this.#database = forReading(database, generation)
    this.#pgvector = pgvector
    this.#schema = schemaOf(generation.number)
    this.#passages = generation.passages ?? 0
    this.#languages = languages
    this.#words = wordSearch(
      this.#database,
      this.#schema,
      allStems(this.#schema),
      MAX_REMEMBERED_STEMS,
    )
    this.#sentences = vectorSearch(this.#database, pgvector, this.#schema, exactSearch)
    this.#searchIn = collectionSearches(this.#database, this.#schema, this.#sentences)
  }

  async documents(): Promise<DocumentSummary[]> {
    return this.#database.query<DocumentSummary>(
      `SELECT ${SUMMARY} FROM ${this.#schema}.documents ORDER BY id`,
    )
  }

  async sources() {
    return readSources(this.#database, this.#schema)
  }

  async problems() {
    return readProblems(this.#database, this.#schema)
  }

  async document(id: string, maxCharacters = MAX_CHARACTERS): Promise<StoredDocument | null> {
    // PostgreSQL counts code points, so this many of them have at least as many code units.
    const [row] = await this.#database.query<StoredDocument>(
      `SELECT ${SUMMARY}, left(text, $2) AS text FROM ${this.#schema}.documents WHERE id = $1`,
      [id, maxCharacters],
    )
    return row ? { ...row, text: row.text.slice(0, maxCharacters) } : null
  }

  async missingDocuments(ids: readonly string[]): Promise<string[]> {
    const rows = await this.#database.query<{ id: string }>(
      `SELECT id FROM ${this.#schema}.documents WHERE id = ANY($1::text[])`,
      [ids],
    )
    const found = new Set(rows.map(({ id }) => id))
    return ids.filter((id) => !found.has(id))
  }

  async membershipsOf(ids: readonly string[]): Promise<Map<string, Membership>> {
    const rows = await this.#database.query<Membership & { readonly id: string }>(
      `SELECT id, file, collection FROM ${this.#schema}.documents WHERE id = ANY($1::text[])`,
      [ids],
    )
    return new Map(rows.map(({ id, ...membership }) => [id, membership]))
  }

  async documentsIn(collection: string): Promise<string[]> {
    const rows = await this.#database.query<{ id: string }>(
      `SELECT id FROM ${this.#schema}.documents WHERE collection = $1 ORDER BY id`,
      [collection],
    )
    return rows.map(({ id }) => id)
  }

  async languages(documentIds: readonly string[] | null): Promise<string[]> {
    if (documentIds === null) return [...this.#languages]
    return readLanguages(this.#database, this.#schema, documentIds, null)
  }

  async outline(documentId: string): Promise<Outline> {
    const number = `(SELECT number FROM ${this.#schema}.documents WHERE id = $1)`
    const [paragraphs, headings, pages] = await Promise.all([
      this.#database.query<Paragraph>(
        `SELECT paragraph, start, "end" FROM ${this.#schema}.passages WHERE document = ${number} ORDER BY id`,
        [documentId],
      ),
      this.#database.query<Heading>(
        `SELECT 'heading' AS role, start, "end", level, text FROM ${this.#schema}.headings
           WHERE document = ${number} ORDER BY start`,
        [documentId],
      ),
      this.#database.query<PageRow>(
        `SELECT number, label, start, "end", width, height, NULL AS places FROM ${this.#schema}.pages
           WHERE document = ${number} ORDER BY number`,
        [documentId],
      ),
    ])
    return { paragraphs, headings, pages: pages.map(toPage) }
  }

  async origin(documentId: string): Promise<Origin | null> {
    const [row] = await this.#database.query<Origin>(
      `SELECT file, format, "fileHash" FROM ${this.#schema}.documents WHERE id = $1`,
      [documentId],
    )
    return row ?? null
  }

  async pagesAt(documentId: string, { start, end }: Span): Promise<Page[]> {
    const rows = await this.#database.query<PageRow>(
      `SELECT number, label, start, "end", width, height, places FROM ${this.#schema}.pages
         WHERE document = (SELECT number FROM ${this.#schema}.documents WHERE id = $1) AND start < $2 AND "end" > $3
         ORDER BY number`,
      [documentId, end, start],
    )
    return rows.map(toPage)
  }

  async findPassages(stems: readonly Stem[], limit: number, documentIds: readonly string[] | null) {
    return this.#words.best(stems, limit, documentIds)
  }

  async findPassagesWith(
    stems: readonly Stem[],
    limit: number,
    documentIds: readonly string[] | null,
  ) {
    return this.#words.sharing(stems, limit, documentIds)
  }

  async stemFrequencies(stems: readonly Stem[]) {
    return { passages: this.#passages, frequencies: await this.#words.frequencies(stems) }
  }

  async vocabulary(beginning: string, minLength: number, maxLength: number) {
    return this.#words.vocabulary(beginning, minLength, maxLength)
  }

  async findSentences(vector: Float32Array, limit: number, documentIds: readonly string[] | null) {
    return this.#sentences.nearest(vector, limit, documentIds, null)
  }

  searchIn(collections: readonly string[]): Search {
    return this.#searchIn(collections)
  }

  async passages(ids: readonly number[]) {
    return readPassages(this.#database, this.#schema, ids)
  }

  async firstPassages(documentId: string, limit: number) {
    return readPassagesOf(this.#database, this.#schema, documentId, limit)
  }

  async vectors(sentenceIds: readonly number[]) {
    return readVectors(this.#database, this.#pgvector, this.#schema, sentenceIds)
  }

  /** Does nothing: the tables stay for a while after they are replaced, and the connections are those of the storage. */
  async close(): Promise<void> {}
}

/** A database whose errors say what is wrong with a generation that is read. */
function forReading(database: Database, generation: Generation): Database {
  const orExplain = async <T>(reading: Promise<T>): Promise<T> => {
    try {
      return await reading
    } catch (error) {
      throw await generationError(database, generation, error)
    }
  }
  return {
    ...database,
    query: (statement, values) => orExplain(database.query(statement, values)),
    transaction: (work) => orExplain(database.transaction(work)),
  }
}

function toPage({ width, height, ...page }: PageRow): Page {
  return { ...page, size: width === null || height === null ? null : { width, height } }
}
