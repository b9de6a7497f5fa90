import type Database from 'better-sqlite3'
import type { Document } from '../../documents/document.ts'
import { searchableText } from '../../retrieval/words.ts'
import { vectorToBlob } from './sqlite-schema.ts'

/** Writes a document's rows; `vectors` one a sentence, in order. */
export function insertDocument(
  database: Database.Database,
  document: Document,
  vectors: readonly Float32Array[],
): void {
  const { id, hash, title, author, date, publisher, source, text, passages } = document
  const { lastInsertRowid: documentRow } = database
    .prepare(
      `INSERT INTO documents
         (id, hash, title, author, date, publisher, source, characters, paragraphs, text)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(
      id,
      hash,
      title,
      author,
      date,
      publisher,
      source,
      text.length,
      passages.at(-1)?.paragraph ?? 0,
      text,
    )
  const insertPassage = database.prepare(
    `INSERT INTO passages (document, paragraph, heading, start, "end", text) VALUES (?, ?, ?, ?, ?, ?)`,
  )
  const insertWords = database.prepare(
    'INSERT INTO passage_words (rowid, title, heading, text) VALUES (?, ?, ?, ?)',
  )
  const insertSentence = database.prepare(
    'INSERT INTO sentences (passage, start, "end", vector) VALUES (?, ?, ?, ?)',
  )
  const remaining = vectors.values()
  for (const { paragraph, heading, start, end, sentences } of passages) {
    const words = text.slice(start, end)
    const { lastInsertRowid: passageRow } = insertPassage.run(
      documentRow,
      paragraph,
      heading,
      start,
      end,
      words,
    )
    insertWords.run(
      passageRow,
      searchableText(title),
      searchableText(heading ?? ''),
      searchableText(words),
    )
    for (const sentence of sentences) {
      const { value: vector } = remaining.next()
      if (!vector) throw new Error(`${id}: fewer vectors than sentences`)
      insertSentence.run(passageRow, sentence.start, sentence.end, vectorToBlob(vector))
    }
  }
}

/** Removes a document's rows; nothing where there are none. */
export function removeDocument(database: Database.Database, id: string): void {
  database
    .prepare(
      `DELETE FROM passage_words WHERE rowid IN
         (SELECT passages.id FROM passages JOIN documents ON documents.rowid = document WHERE documents.id = ?)`,
    )
    .run(id)
  database.prepare('DELETE FROM documents WHERE id = ?').run(id)
}
