import { LRUCache } from 'lru-cache'
import type { Stem } from '../../language/language.ts'
import type { Queries } from '../../postgres/database.ts'
import { splitByRarity } from '../rarity.ts'
import type { StemTable } from './stem-tables.ts'

/** A word search as that of the embedded index, in the tables of a published generation. */
export interface WordSearch {
  /** Ids of the passages that BM25 ranks best, best first, in the given documents, or in all (null). */
  best(
    stems: readonly Stem[],
    limit: number,
    documentIds: readonly string[] | null,
  ): Promise<number[]>
  /** Ids of the passages that have all stems in this order, or else of those that share most, rare ones counting more; best first. */
  sharing(
    stems: readonly Stem[],
    limit: number,
    documentIds: readonly string[] | null,
  ): Promise<number[]>
  /** The number of passages with each stem. */
  frequencies(stems: readonly Stem[]): Promise<number[]>
  /** All stems that begin with `beginning` and have `minLength` to `maxLength` letters, sorted by code point. */
  vocabulary(beginning: string, minLength: number, maxLength: number): Promise<Stem[]>
}

/**
 * Searches the stems of a table in a generation. It remembers `maxRemembered` stems with their counts, because a question is asked
 * with the stems that were counted just before.
 */
export function wordSearch(
  queries: Queries,
  schema: string,
  table: StemTable,
  maxRemembered: number,
): WordSearch {
  const counts = new LRUCache<Stem, number>({ max: maxRemembered })

  async function frequencies(stems: readonly Stem[]): Promise<number[]> {
    const unknown = [...new Set(stems.filter((stem) => !counts.has(stem)))]
    const found = new Map<Stem, number>()
    if (unknown.length > 0) {
      const rows = await queries.query<{ stem: Stem; passages: number }>(
        `SELECT stem, ${table.isSplit ? 'sum(passages)::integer AS passages' : 'passages'} FROM ${table.rows} AS s
           WHERE stem = ANY(${placeholder(table, 1)}::text[]) ${table.isSplit ? 'GROUP BY stem' : ''}`,
        [...table.values, unknown],
      )
      for (const { stem, passages } of rows) found.set(stem, passages)
      for (const stem of unknown) counts.set(stem, found.get(stem) ?? 0)
    }
    return stems.map((stem) => found.get(stem) ?? counts.get(stem) ?? 0)
  }

  return {
    frequencies,
    best: async (stems, limit, documentIds) => {
      if (stems.length === 0) return []
      // Few documents have few matches, so that all stems find there.
      const { finding, ranking } =
        documentIds === null
          ? splitByRarity(stems, await frequencies(stems), limit)
          : { finding: stems, ranking: [] }
      const asked = [...finding, ...ranking]
      const rows = await queries.query<{ passage: number }>(
        bestStatement(schema, table, documentIds !== null),
        [
          ...table.values,
          asked,
          asked.map((_, i) => i < finding.length),
          limit,
          ...(documentIds ? [documentIds] : []),
        ],
      )
      return rows.map(({ passage }) => passage)
    },
    sharing: async (stems, limit, documentIds) => {
      if (stems.length === 0) return []
      const unique = [...new Set(stems)]
      const { finding } = splitByRarity(unique, await frequencies(unique), 1)
      const rows = await queries.query<{ passage: number; isExact: boolean }>(
        sharingStatement(schema, table, documentIds !== null),
        [
          ...table.values,
          finding,
          ` ${stems.join(' ')} `,
          limit,
          ...(documentIds ? [documentIds] : []),
        ],
      )
      const isAnyExact = rows.some(({ isExact }) => isExact)
      return rows.filter(({ isExact }) => isExact === isAnyExact).map(({ passage }) => passage)
    },
    vocabulary: async (beginning, minLength, maxLength) => {
      // The index has the first letter and the length.
      const [min, max, beginsWith] = [1, 2, 3].map((n) => placeholder(table, n))
      const begins =
        beginning === ''
          ? ''
          : `AND left(stem, 1) = left(${beginsWith}, 1) AND starts_with(stem, ${beginsWith})`
      const rows = await queries.query<{ stem: Stem }>(
        `SELECT ${table.isSplit ? 'DISTINCT' : ''} stem FROM ${table.rows} AS s
           WHERE length(stem) BETWEEN ${min} AND ${max} ${begins} ORDER BY stem`,
        [...table.values, minLength, maxLength, ...(beginning === '' ? [] : [beginning])],
      )
      return rows.map(({ stem }) => stem)
    },
  }
}

/** The parameter of a statement that comes as the `n`th after those of the table, from 1 on. */
function placeholder({ values }: StemTable, n: number): string {
  return `$${values.length + n}`
}

/** A condition on `place`, where the ids of documents are `parameter`. */
function inDocuments(schema: string, parameter: string): string {
  return `place <@ (SELECT range_agg(e.places) FROM ${schema}.extents AS e WHERE e.id = ANY(${parameter}::text[]))`
}

/** The matches of the stems in `asked` that are such as `which` says, where `place` is such as `where` says, with their scores. */
function matchesOf({ unnested, part }: StemTable, which: string, where: string): string {
  return `SELECT n, place, weight * ${part} AS score
    FROM (SELECT n, weight, unnest(places) AS place, ${unnested} FROM asked WHERE ${which}) AS posting
    WHERE ${where}`
}

/**
 * The best passages. The parameters after those of the table are the stems, those that find first; which these are; the limit; and
 * the ids of the documents. Scores are added in the order of the stems, as FTS5 does, so that passages that are equally good there
 * are so here.
 */
function bestStatement(schema: string, table: StemTable, isFiltered: boolean): string {
  const [stems, finds, limit, documentIds = ''] = [1, 2, 3, 4].map((n) => placeholder(table, n))
  const filter = isFiltered ? inDocuments(schema, documentIds) : 'true'
  return `
    WITH asked AS MATERIALIZED (
      SELECT n, finds, ${table.weight} AS weight, places, ${table.columns}
        FROM unnest(${stems}::text[], ${finds}::boolean[]) WITH ORDINALITY AS given (stem, finds, n)
          JOIN ${table.rows} AS s ON s.stem = given.stem
    ), finding AS MATERIALIZED (
      ${matchesOf(table, 'finds', filter)}
    ), scored AS (
      SELECT * FROM finding
      UNION ALL ${matchesOf(table, 'NOT finds', 'place IN (SELECT place FROM finding)')}
    ), best AS (
      SELECT place, sum(score ORDER BY n) AS total FROM scored GROUP BY place ORDER BY total DESC, place LIMIT ${limit}
    )
    SELECT passage FROM best JOIN ${schema}.places AS p ON p.place = best.place ORDER BY total DESC, best.place`
}

/**
 * The passages that have some of the stems: first those whose stems contain a text, then those that share most. Only a passage with
 * all stems can contain it. The parameters after those of the table are the stems, the text, the limit, and the ids of the documents.
 */
function sharingStatement(schema: string, table: StemTable, isFiltered: boolean): string {
  const [stems, text, limit, documentIds = ''] = [1, 2, 3, 4].map((n) => placeholder(table, n))
  const filter = isFiltered ? `WHERE ${inDocuments(schema, documentIds)}` : ''
  return `
    WITH matches AS (
      SELECT n, place, 1 / ln((2 + count(*) OVER (PARTITION BY n))::float8) AS score
        FROM (
          SELECT n, unnest(s.places) AS place
            FROM unnest(${stems}::text[]) WITH ORDINALITY AS given (stem, n) JOIN ${table.rows} AS s ON s.stem = given.stem
        ) AS posting ${filter}
    ), shared AS (
      SELECT place, count(*) AS count, sum(score ORDER BY n) AS total FROM matches GROUP BY place
    ), found AS (
      SELECT place, total, CASE WHEN count = cardinality(${stems}::text[]) THEN (
          SELECT strpos(' ' || p.stems || ' ', ${text}) > 0
            FROM ${schema}.places AS l JOIN ${schema}.passages AS p ON p.id = l.passage WHERE l.place = shared.place
        ) ELSE false END AS exact
        FROM shared ORDER BY exact DESC, total DESC, place LIMIT ${limit}
    )
    SELECT passage, exact AS "isExact" FROM found JOIN ${schema}.places AS l ON l.place = found.place
      ORDER BY exact DESC, total DESC, found.place`
}
