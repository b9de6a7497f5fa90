import type Database from 'better-sqlite3'

/**
 * The row of `passage_stems_data` with what BM25 divides by: the number of passages, and of their stems, as two varints.
 * https://www.sqlite.org/src/file/ext/fts5/fts5_index.c (FTS5_AVERAGES_ROWID)
 */
const TOTALS_ROW = 1

/**
 * Counts the passages and their stems again. In a table with `contentless_delete`, FTS5 adds what is inserted to its totals, and
 * never subtracts what is deleted: an index that changed often would rank passages otherwise than one that was built anew. To be
 * called when the segments are merged, so that the vocabulary has no deleted stems.
 */
export function countTotalsAgain(database: Database.Database): void {
  const totals = database
    .prepare<[], { passages: number; stems: number }>(
      `SELECT (SELECT count(*) FROM passages) AS passages, (SELECT coalesce(sum(cnt), 0) FROM passage_vocabulary) AS stems`,
    )
    .get()
  if (!totals) throw new Error('the passages cannot be counted')
  // SQLite protects the tables of an FTS5 index otherwise.
  database.unsafeMode(true)
  try {
    database
      .prepare('REPLACE INTO passage_stems_data (id, block) VALUES (?, ?)')
      .run(TOTALS_ROW, Buffer.from([...varint(totals.passages), ...varint(totals.stems)]))
  } finally {
    database.unsafeMode(false)
  }
}

/** SQLite's varint of a whole number below 2^53: 7 bits a byte, the highest first, and the top bit where more follow. */
function varint(number: number): number[] {
  const bytes = [number % 128]
  for (let rest = Math.floor(number / 128); rest > 0; rest = Math.floor(rest / 128)) {
    bytes.unshift((rest % 128) + 128)
  }
  return bytes
}
