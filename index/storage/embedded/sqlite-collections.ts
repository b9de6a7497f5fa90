import type Database from 'better-sqlite3'
import type { Stem } from '../../language/language.ts'
import type { Range } from './vector-search.ts'

/**
 * A stem as `collection_stems` has it: after the number of the collection of its passage. A stem has only letters and digits, so the
 * colon ends the number.
 */
export function collectionWord(collection: number, stem: Stem): string {
  return `${collection}:${stem}`
}

/** The number of a collection, which is given to it where it has none yet. */
export function collectionNumber(database: Database.Database, name: string): number {
  database.prepare('INSERT OR IGNORE INTO collections (name) VALUES (?)').run(name)
  const number = database
    .prepare<[string], number>('SELECT number FROM collections WHERE name = ?')
    .pluck()
    .get(name)
  if (number === undefined) throw new Error('the collection has no number')
  return number
}

/**
 * Stores what a search in some collections needs to know of each: how many passages have each stem, how many passages and stems there
 * are, and which sentences are theirs. To be called at the end of a build. Merges the segments of the FTS5 index first, so that its
 * vocabulary has nothing that was deleted.
 */
export function summarizeCollections(database: Database.Database): void {
  database.transaction(() => {
    database.exec(`
      INSERT INTO collection_stems (collection_stems) VALUES ('optimize');
      DELETE FROM stems_by_collection;
      INSERT INTO stems_by_collection
        SELECT CAST(substr(term, 1, colon - 1) AS INTEGER), substr(term, colon + 1), doc, cnt
          FROM (SELECT term, instr(term, ':') AS colon, doc, cnt FROM collection_vocabulary);
      UPDATE collections SET
        passages = (SELECT count(*) FROM documents JOIN passages ON document = documents.rowid WHERE collection = name),
        stems = (SELECT coalesce(sum(occurrences), 0) FROM stems_by_collection WHERE collection = number);
      DELETE FROM sentence_ranges;
    `)
    const insert = database.prepare(
      'INSERT INTO sentence_ranges (collection, first, last) VALUES (?, ?, ?)',
    )
    for (const { collection, first, last } of rangesByCollection(database)) {
      insert.run(collection, first, last)
    }
  })()
}

interface CollectionRange extends Range {
  readonly collection: number
}

/** The ids of the sentences of each collection. The sentences of a document have ids in a row, and those of documents that were put one after the other too. */
function rangesByCollection(database: Database.Database): CollectionRange[] {
  const ofDocuments = database
    .prepare<[], CollectionRange>(
      `SELECT collections.number AS collection, min(sentences.id) AS first, max(sentences.id) AS last
         FROM documents JOIN collections ON name = documents.collection
           JOIN passages ON passages.document = documents.rowid JOIN sentences ON passage = passages.id
         GROUP BY documents.rowid ORDER BY first`,
    )
    .iterate()
  const ranges: CollectionRange[] = []
  for (const next of ofDocuments) {
    const last = ranges.at(-1)
    if (last?.collection === next.collection && last.last + 1 === next.first) {
      ranges[ranges.length - 1] = { ...last, last: next.last }
    } else {
      ranges.push(next)
    }
  }
  return ranges
}

/** Some collections, of which alone a search may know. */
export interface CollectionScope {
  readonly numbers: readonly number[]
  readonly passages: number
  /** How many stems a passage has on average; NaN where there is no passage. */
  readonly averageStems: number
  /** The ids of the sentences, in ascending order. */
  readonly sentences: readonly Range[]
}

/** Reads what a published database says of these collections. A name that no document has is left out. */
export function readScope(database: Database.Database, names: readonly string[]): CollectionScope {
  const named = 'FROM collections WHERE name IN (SELECT value FROM json_each(?))'
  const rows = database
    .prepare<[string], { number: number; passages: number; stems: number }>(
      `SELECT number, passages, stems ${named} ORDER BY number`,
    )
    .all(JSON.stringify(names))
  const passages = rows.reduce((sum, row) => sum + row.passages, 0)
  return {
    numbers: rows.map(({ number }) => number),
    passages,
    averageStems: rows.reduce((sum, { stems }) => sum + stems, 0) / passages,
    sentences: database
      .prepare<[string], Range>(
        `SELECT first, last FROM sentence_ranges WHERE collection IN (SELECT number ${named}) ORDER BY first`,
      )
      .all(JSON.stringify(names)),
  }
}
