import { setImmediate } from 'node:timers/promises'
import type Database from 'better-sqlite3'
import { z } from 'zod'
import type { DocumentDetails } from '../../documents/document.ts'
import type { DocumentProblem } from '../../documents/source-files.ts'
import type { StoredPassage, StoredSentence, StoredSource } from '../storage.ts'
import type { LabelledVector } from './hnsw.ts'
import { blobToVector, readMeta, writeMeta } from './sqlite-schema.ts'

type PassageRow = Omit<StoredPassage, 'document' | 'sentences'> &
  Omit<DocumentDetails, 'id'> & { documentId: string }

const PASSAGES = `
  SELECT passages.id, paragraph, heading, start, "end", codePoint, passages.text,
    documents.id AS documentId, title, author, date, publisher, source, language, format,
    collection, version
  FROM passages JOIN documents ON documents.rowid = passages.document`

/** SQLite takes a negative limit for none. */
const NO_LIMIT = -1

/** Reads passages with their sentences, and the sentences' vectors. */
export interface RowReader {
  /** Null if there is no passage with this id. */
  passage(id: number): StoredPassage | null
  /** The passages of a document, in order; the first `limit` of them. Default: all. */
  passagesOf(documentId: string, limit?: number): StoredPassage[]
  /** Throws if there is no sentence with this id. */
  vector(sentenceId: number): Float32Array
}

/** Prepares the statements of a {@link RowReader}. */
export function rowReader(database: Database.Database): RowReader {
  const byId = database.prepare<[number], PassageRow>(`${PASSAGES} WHERE passages.id = ?`)
  const ofDocument = database.prepare<[string, number], PassageRow>(
    `${PASSAGES} WHERE documents.id = ? ORDER BY passages.id LIMIT ?`,
  )
  const sentences = database.prepare<[number], StoredSentence>(
    'SELECT id, start, "end" FROM sentences WHERE passage = ? ORDER BY id',
  )
  const vector = database
    .prepare<[number], Buffer>('SELECT vector FROM sentences WHERE id = ?')
    .pluck()
  const toPassage = (row: PassageRow): StoredPassage => {
    const { id, paragraph, heading, start, end, codePoint, text, documentId, ...details } = row
    const document: DocumentDetails = { id: documentId, ...details }
    const place = { paragraph, heading, start, end, codePoint }
    return { id, document, ...place, text, sentences: sentences.all(id) }
  }
  return {
    passage: (id) => {
      const row = byId.get(id)
      return row ? toPassage(row) : null
    },
    passagesOf: (documentId, limit = NO_LIMIT) => ofDocument.all(documentId, limit).map(toPassage),
    vector: (sentenceId) => {
      const blob = vector.get(sentenceId)
      if (!blob) throw new Error(`there is no sentence ${sentenceId}`)
      return blobToVector(blob)
    },
  }
}

/** How many sources are read at once, which takes 8 ms. Then the event loop runs. */
const SOURCES_AT_ONCE = 1000

/** What each document was made of, by the document's id. */
export async function readSources(database: Database.Database): Promise<Map<string, StoredSource>> {
  const next = database.prepare<[string, number], StoredSource & { id: string }>(
    'SELECT id, file, hash FROM documents WHERE id > ? ORDER BY id LIMIT ?',
  )
  const sources = new Map<string, StoredSource>()
  for (let last: string | undefined = ''; last !== undefined;) {
    const rows = next.all(last, SOURCES_AT_ONCE)
    for (const { id, file, hash } of rows) sources.set(id, { file, hash })
    last = rows.at(-1)?.id
    await setImmediate()
  }
  return sources
}

/** All problems, by name. */
export function readProblems(database: Database.Database): DocumentProblem[] {
  return database
    .prepare<[], DocumentProblem>('SELECT name, id, hash, reason FROM problems ORDER BY name')
    .all()
}

/** The ids of all sentences, in ascending order. */
export function sentenceIds(database: Database.Database): number[] {
  return database.prepare<[], number>('SELECT id FROM sentences ORDER BY id').pluck().all()
}

/** How many passages and vectors there are, and how many numbers each vector has (0 if there are none). */
export interface Counts {
  readonly passages: number
  readonly vectors: number
  readonly dimensions: number
}

/** Counts the rows, which reads them all. */
export function countRows(database: Database.Database): Counts {
  const row = database
    .prepare<[], { passages: number; vectors: number; bytes: number | null }>(
      `SELECT (SELECT count(*) FROM passages) AS passages, (SELECT count(*) FROM sentences) AS vectors,
         (SELECT length(vector) FROM sentences LIMIT 1) AS bytes`,
    )
    .get()
  if (!row) throw new Error('the rows cannot be counted')
  const { passages, vectors, bytes } = row
  return { passages, vectors, dimensions: (bytes ?? 0) / Float32Array.BYTES_PER_ELEMENT }
}

const COUNTS = 'counts'

const countsSchema = z.strictObject({
  passages: z.int(),
  vectors: z.int(),
  dimensions: z.int(),
})

/** Keeps the counts for {@link readCounts}. */
export function writeCounts(database: Database.Database, counts: Counts): void {
  writeMeta(database, COUNTS, JSON.stringify(counts))
}

/** The counts of a published database. */
export function readCounts(database: Database.Database): Counts {
  return countsSchema.parse(JSON.parse(readMeta(database, COUNTS) ?? 'null'))
}

/** The vectors of all sentences with an id above `afterId`, by id. */
export function* readVectors(database: Database.Database, afterId = 0): Generator<LabelledVector> {
  const rows = database
    .prepare<[number], { id: number; vector: Buffer }>(
      'SELECT id, vector FROM sentences WHERE id > ? ORDER BY id',
    )
    .iterate(afterId)
  for (const { id, vector } of rows) yield { id, vector: blobToVector(vector) }
}
