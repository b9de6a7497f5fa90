import type Database from 'better-sqlite3'
import type { Document } from '../../documents/document.ts'
import type { DocumentProblem } from '../../documents/source-files.ts'
import { countCodePoints } from '../../span.ts'
import { collectionNumber, collectionWord } from './sqlite-collections.ts'
import { vectorToBlob } from './sqlite-schema.ts'

/** Inserts a document's rows; `vectors` has one vector for each sentence, in order. Throws if there are too few. */
export function insertDocument(
  database: Database.Database,
  document: Document,
  vectors: readonly Float32Array[],
): void {
  const documentRow = insertDetails(database, document)
  const insertHeading = database.prepare(
    'INSERT INTO headings (document, start, "end", level, text) VALUES (?, ?, ?, ?, ?)',
  )
  for (const { start, end, level, text } of document.headings) {
    insertHeading.run(documentRow, start, end, level, text)
  }
  const insertPage = database.prepare(
    'INSERT INTO pages (document, number, label, start, "end", width, height, places) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  )
  for (const { number, label, start, end, size, places } of document.pages) {
    const { width = null, height = null } = size ?? {}
    insertPage.run(documentRow, number, label, start, end, width, height, places)
  }
  const insertPassage = database.prepare(
    `INSERT INTO passages (document, paragraph, heading, start, "end", codePoint, text) VALUES (?, ?, ?, ?, ?, ?, ?)`,
  )
  const insertStems = database.prepare('INSERT INTO passage_stems (rowid, stems) VALUES (?, ?)')
  const insertWords = database.prepare('INSERT INTO collection_stems (rowid, words) VALUES (?, ?)')
  const collection =
    document.collection === null ? null : collectionNumber(database, document.collection)
  const insertSentence = database.prepare(
    'INSERT INTO sentences (passage, start, "end", vector) VALUES (?, ?, ?, ?)',
  )
  const remaining = vectors.values()
  let [codePoint, counted] = [0, 0]
  for (const { paragraph, heading, start, end, sentences, stems } of document.passages) {
    const text = document.text.slice(start, end)
    codePoint += countCodePoints(document.text.slice(counted, start))
    counted = start
    const { lastInsertRowid: passageRow } = insertPassage.run(
      documentRow,
      paragraph,
      heading,
      start,
      end,
      codePoint,
      text,
    )
    insertStems.run(passageRow, stems.join(' '))
    if (collection !== null) {
      const words = Array.from(stems, (stem) => collectionWord(collection, stem))
      insertWords.run(passageRow, words.join(' '))
    }
    for (const sentence of sentences) {
      const { value: vector } = remaining.next()
      if (!vector) throw new Error(`${document.id}: fewer vectors than sentences`)
      insertSentence.run(passageRow, sentence.start, sentence.end, vectorToBlob(vector))
    }
  }
}

/** Removes a document's rows, if there are any. */
export function removeDocument(database: Database.Database, id: string): void {
  for (const table of ['passage_stems', 'collection_stems']) {
    database
      .prepare(
        `DELETE FROM ${table} WHERE rowid IN
           (SELECT passages.id FROM passages JOIN documents ON documents.rowid = document WHERE documents.id = ?)`,
      )
      .run(id)
  }
  database.prepare('DELETE FROM documents WHERE id = ?').run(id)
}

/** Replaces the rows of all problems. */
export function replaceProblems(
  database: Database.Database,
  problems: readonly DocumentProblem[],
): void {
  database.prepare('DELETE FROM problems').run()
  const insert = database.prepare(
    'INSERT OR REPLACE INTO problems (name, id, hash, reason) VALUES (?, ?, ?, ?)',
  )
  for (const { name, id, hash, reason } of problems) insert.run(name, id, hash, reason)
}

function insertDetails(database: Database.Database, document: Document): number | bigint {
  return database
    .prepare(
      `INSERT INTO documents
         (id, hash, format, language, title, author, date, publisher, source, collection, file, fileHash, version,
          characters, paragraphs, text)
         VALUES (@id, @hash, @format, @language, @title, @author, @date, @publisher, @source,
           @collection, @file, @fileHash, @version, @characters, @paragraphs, @text)`,
    )
    .run({
      id: document.id,
      hash: document.hash,
      format: document.format,
      language: document.language,
      title: document.title,
      author: document.author,
      date: document.date,
      publisher: document.publisher,
      source: document.source,
      collection: document.collection,
      file: document.file,
      fileHash: document.fileHash,
      version: document.version,
      characters: document.text.length,
      paragraphs: document.passages.at(-1)?.paragraph ?? 0,
      text: document.text,
    }).lastInsertRowid
}
