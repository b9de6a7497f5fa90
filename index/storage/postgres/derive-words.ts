import type { Queries } from '../../postgres/database.ts'
import { partOf, weightOf } from './bm25.ts'

const TABLES = ['places', 'extents', 'stems', 'collection_stems', 'collection_sizes']

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
 * - `collection_stems` has the same for each collection, so that a search in some collections reads nothing of the others. What a stem
 *   counts depends on all collections of a search, so that it has how often a passage has the stem, and how many stems there are.
 * - `collection_sizes` has the numbers of passages, stems and sentences of each collection.
 *
 * To be run in a transaction.
 */
export async function deriveWords(queries: Queries, schema: string): Promise<void> {
  await queries.query(`SET LOCAL work_mem = '${SORT_MEMORY}'`)
  await queries.query(
    `DROP TABLE IF EXISTS ${TABLES.map((table) => `${schema}.${table}`).join(', ')}`,
  )
  await derivePlaces(queries, schema)
  await deriveExtents(queries, schema)
  await deriveStems(queries, schema)
  await deriveCollectionStems(queries, schema)
  await deriveCollectionSizes(queries, schema)
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
       SELECT d.id, d.number AS document, c.number AS collection,
           int4range(min(place), max(place), '[]') AS places, coalesce(sum(s.count), 0)::integer AS "sentenceCount"
         FROM ${schema}.documents AS d JOIN ${schema}.passages AS p ON p.document = d.number
           JOIN ${schema}.places ON places.passage = p.id
           LEFT JOIN ${schema}.collections AS c ON c.name = d.collection
           LEFT JOIN (
             SELECT passage, count(*) AS count FROM ${schema}.sentences GROUP BY passage
           ) AS s ON s.passage = p.id
         GROUP BY d.id, d.number, c.number`,
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
       SELECT stem, count(*), ${weightOf('total', 'count(*)')},
           array_agg(place ORDER BY place), array_agg(${partOf('frequency', '"stemCount"', 'average')} ORDER BY place)
         FROM (${postings(schema)}) AS counted
         CROSS JOIN (
           SELECT count(*)::float8 AS total, sum("stemCount")::float8 / count(*)::float8 AS average FROM ${schema}.passages
         ) AS sizes
         GROUP BY stem, total`,
  )
  await queries.query(`CREATE INDEX ON ${schema}.stems USING hash (stem)`)
  await queries.query(`CREATE INDEX ON ${schema}.stems (left(stem, 1), length(stem))`)
}

async function deriveCollectionStems(queries: Queries, schema: string): Promise<void> {
  // A passage has some thousand stems at most.
  await queries.query(
    `CREATE TABLE ${schema}.collection_stems (
       stem text COLLATE "C" NOT NULL,
       collection integer NOT NULL,
       passages integer NOT NULL,
       places integer[] NOT NULL,
       frequencies smallint[] NOT NULL,
       sizes smallint[] NOT NULL)`,
  )
  await queries.query(
    `ALTER TABLE ${schema}.collection_stems ALTER places SET STORAGE EXTERNAL, ALTER frequencies SET STORAGE EXTERNAL,
       ALTER sizes SET STORAGE EXTERNAL`,
  )
  await queries.query(
    `INSERT INTO ${schema}.collection_stems
       SELECT stem, collection, count(*), array_agg(place ORDER BY place), array_agg(frequency::smallint ORDER BY place),
           array_agg("stemCount"::smallint ORDER BY place)
         FROM (${postings(schema)}) AS counted JOIN ${schema}.extents AS e ON e.document = counted.document
         WHERE collection IS NOT NULL GROUP BY stem, collection`,
  )
  await queries.query(`CREATE INDEX ON ${schema}.collection_stems USING hash (stem)`)
  await queries.query(
    `CREATE INDEX ON ${schema}.collection_stems (collection, left(stem, 1), length(stem))`,
  )
}

async function deriveCollectionSizes(queries: Queries, schema: string): Promise<void> {
  await queries.query(
    `CREATE TABLE ${schema}.collection_sizes AS
       SELECT c.number AS collection, c.name, count(*) AS passages, sum(p."stemCount") AS stems, sum(s.count) AS sentences
         FROM ${schema}.collections AS c JOIN ${schema}.documents AS d ON d.collection = c.name
           JOIN ${schema}.passages AS p ON p.document = d.number
           CROSS JOIN LATERAL (SELECT count(*) AS count FROM ${schema}.sentences WHERE passage = p.id) AS s
         GROUP BY c.number, c.name`,
  )
}

/** How often each passage has each of its stems, with its place and its document. */
function postings(schema: string): string {
  return `SELECT stem COLLATE "C" AS stem, place, document, "stemCount", count(*)::float8 AS frequency
    FROM ${schema}.passages JOIN ${schema}.places ON places.passage = passages.id
      CROSS JOIN LATERAL string_to_table(stems, ' ') AS stem
    GROUP BY stem COLLATE "C", place, document, "stemCount"`
}
