import type Database from 'better-sqlite3'
import type { DocumentDetails } from '../../documents/document.ts'
import type { LabelledVector } from './hnsw.ts'
import { blobToVector } from './sqlite-schema.ts'
import type { StoredPassage, StoredSentence } from '../storage.ts'

interface PassageRow {
  id: number
  paragraph: number
  heading: string | null
  start: number
  end: number
  text: string
  documentId: string
  title: string
  author: string | null
  date: string | null
  publisher: string | null
  source: string | null
}

interface SentenceRow {
  id: number
  start: number
  end: number
  vector: Buffer
}

const PASSAGES = `
  SELECT passages.id, paragraph, heading, start, "end", passages.text,
    documents.id AS documentId, title, author, date, publisher, source
  FROM passages JOIN documents ON documents.rowid = passages.document`

/** Reads passages with their sentences, by the passages' ids or by their document's. */
export function passageReader(database: Database.Database): {
  byId(id: number): StoredPassage | null
  ofDocument(documentId: string): StoredPassage[]
} {
  const byId = database.prepare<[number], PassageRow>(`${PASSAGES} WHERE passages.id = ?`)
  const ofDocument = database.prepare<[string], PassageRow>(
    `${PASSAGES} WHERE documents.id = ? ORDER BY passages.id`,
  )
  const sentences = database.prepare<[number], SentenceRow>(
    'SELECT id, start, "end", vector FROM sentences WHERE passage = ? ORDER BY id',
  )
  const toPassage = ({ id, paragraph, heading, start, end, text, ...rest }: PassageRow) => {
    const { documentId, title, author, date, publisher, source } = rest
    const document: DocumentDetails = { id: documentId, title, author, date, publisher, source }
    return { id, document, paragraph, heading, start, end, text, sentences: sentencesOf(id) }
  }
  const sentencesOf = (passageId: number): StoredSentence[] =>
    sentences.all(passageId).map(({ id, start, end, vector }) => {
      return { id, start, end, vector: blobToVector(vector) }
    })
  return {
    byId: (id) => {
      const row = byId.get(id)
      return row ? toPassage(row) : null
    },
    ofDocument: (documentId) => ofDocument.all(documentId).map(toPassage),
  }
}

/** How many sentences there are, and how long the vector of each is (0 where there are none). */
export function vectorShape(database: Database.Database): { count: number; dimensions: number } {
  const row = database
    .prepare<[], { count: number; bytes: number | null }>(
      `SELECT count(*) AS count, (SELECT length(vector) FROM sentences LIMIT 1) AS bytes FROM sentences`,
    )
    .get()
  return {
    count: row?.count ?? 0,
    dimensions: (row?.bytes ?? 0) / Float32Array.BYTES_PER_ELEMENT,
  }
}

/** The vectors of all sentences, or of those whose id is above `afterId`, by id. */
export function* readVectors(database: Database.Database, afterId = 0): Generator<LabelledVector> {
  const rows = database
    .prepare<[number], { id: number; vector: Buffer }>(
      'SELECT id, vector FROM sentences WHERE id > ? ORDER BY id',
    )
    .iterate(afterId)
  for (const { id, vector } of rows) yield { id, vector: blobToVector(vector) }
}
