import type { Queries } from '../../postgres/database.ts'

/**
 * The formula of SQLite's FTS5, with its constants and in its order of operations, so that both engines give the same scores to
 * the last bit: https://www.sqlite.org/fts5.html#the_bm25_function
 */
const K1 = "'1.2'::float8"
const B = "'0.75'::float8"
const WEIGHT = `ln((total - count(*) + 0.5::float8) / (count(*) + 0.5::float8))`
/** What a stem that most passages have weighs. */
const MIN_WEIGHT = "'1e-6'::float8"
const PART = `(frequency * (${K1} + 1::float8))
  / (frequency + ${K1} * (1::float8 - ${B} + ${B} * "stemCount" / average))`

/** Memory for sorting the stems of all passages. */
const SORT_MEMORY = '256MB'

/**
 * Derives what the search for words reads:
 *
 * - `places` numbers the passages by the id of their document, then by their start (ids are ASCII). Equally good passages are sorted
 *   by it, and the passages of a document are a range.
 * - `extents` has the range of places and the number of sentences of each document.
 * - `stems` has for each stem the places of its passages in order, and what it counts there, up to its weight. An array is read at once
 *   and has 12 bytes for each passage; a row would have 60.
 *
 * To be run in a transaction.
 */
export async function deriveWords(queries: Queries, schema: string): Promise<void> {
  await queries.query(`SET LOCAL work_mem = '${SORT_MEMORY}'`)
  await queries.query(`DROP TABLE IF EXISTS ${schema}.places, ${schema}.extents, ${schema}.stems`)
  await derivePlaces(queries, schema)
  await deriveExtents(queries, schema)
  await deriveStems(queries, schema)
}

async function derivePlaces(queries: Queries, schema: string): Promise<void> {
  await queries.query(
    `CREATE TABLE ${schema}.places AS
       SELECT (row_number() OVER (ORDER BY d.id, p.start))::integer AS place, p.id AS passage
         FROM ${schema}.passages AS p JOIN ${schema}.documents AS d ON d.number = p.document`,
  )
  await queries.query(`CREATE UNIQUE INDEX ON ${schema}.places (place)`)
  await queries.query(`CREATE UNIQUE INDEX ON ${schema}.places (passage)`)
}

async function deriveExtents(queries: Queries, schema: string): Promise<void> {
  await queries.query(
    `CREATE TABLE ${schema}.extents AS
       SELECT d.id, d.number AS document,
           int4range(min(place), max(place), '[]') AS places, coalesce(sum(s.count), 0)::integer AS "sentenceCount"
         FROM ${schema}.documents AS d JOIN ${schema}.passages AS p ON p.document = d.number
           JOIN ${schema}.places ON places.passage = p.id
           LEFT JOIN (
             SELECT passage, count(*) AS count FROM ${schema}.sentences GROUP BY passage
           ) AS s ON s.passage = p.id
         GROUP BY d.id, d.number`,
  )
  await queries.query(`CREATE INDEX ON ${schema}.extents USING hash (id)`)
}

async function deriveStems(queries: Queries, schema: string): Promise<void> {
  await queries.query(
    `CREATE TABLE ${schema}.stems (
       stem text COLLATE "C" NOT NULL,
       passages integer NOT NULL,
       weight float8 NOT NULL,
       places integer[] NOT NULL,
       parts float8[] NOT NULL)`,
  )
  // Sorted numbers and fractions hardly get smaller, and to unpack them takes time.
  await queries.query(
    `ALTER TABLE ${schema}.stems ALTER places SET STORAGE EXTERNAL, ALTER parts SET STORAGE EXTERNAL`,
  )
  await queries.query(
    `INSERT INTO ${schema}.stems
       SELECT stem, count(*), CASE WHEN ${WEIGHT} <= 0 THEN ${MIN_WEIGHT} ELSE ${WEIGHT} END,
           array_agg(place ORDER BY place), array_agg(${PART} ORDER BY place)
         FROM (
           SELECT stem COLLATE "C" AS stem, place, "stemCount", count(*)::float8 AS frequency
             FROM ${schema}.passages JOIN ${schema}.places ON places.passage = passages.id
               CROSS JOIN LATERAL string_to_table(stems, ' ') AS stem
             GROUP BY stem COLLATE "C", place, "stemCount"
         ) AS counted
         CROSS JOIN (
           SELECT count(*)::float8 AS total, sum("stemCount")::float8 / count(*)::float8 AS average FROM ${schema}.passages
         ) AS sizes
         GROUP BY stem, total`,
  )
  await queries.query(`CREATE INDEX ON ${schema}.stems USING hash (stem)`)
  await queries.query(`CREATE INDEX ON ${schema}.stems (left(stem, 1), length(stem))`)
}
