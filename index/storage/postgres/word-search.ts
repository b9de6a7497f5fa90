import { LRUCache } from 'lru-cache'
import type { Stem } from '../../language/language.ts'
import type { Queries } from '../../postgres/database.ts'
import { splitByRarity } from '../rarity.ts'

/** How many stems are remembered with their counts. A question is asked with the stems that were counted just before. */
const MAX_REMEMBERED = 10_000

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

/** Searches a generation. */
export function wordSearch(queries: Queries, schema: string): WordSearch {
  const counts = new LRUCache<Stem, number>({ max: MAX_REMEMBERED })

  async function frequencies(stems: readonly Stem[]): Promise<number[]> {
    const unknown = [...new Set(stems.filter((stem) => !counts.has(stem)))]
    const found = new Map<Stem, number>()
    if (unknown.length > 0) {
      const rows = await queries.query<{ stem: Stem; passages: number }>(
        `SELECT stem, passages FROM ${schema}.stems WHERE stem = ANY($1::text[])`,
        [unknown],
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
        bestStatement(schema, documentIds !== null),
        [
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
        sharingStatement(schema, documentIds !== null),
        [finding, ` ${stems.join(' ')} `, limit, ...(documentIds ? [documentIds] : [])],
      )
      const isAnyExact = rows.some(({ isExact }) => isExact)
      return rows.filter(({ isExact }) => isExact === isAnyExact).map(({ passage }) => passage)
    },
    vocabulary: async (beginning, minLength, maxLength) => {
      // The index has the first letter and the length.
      const begins =
        beginning === '' ? '' : 'AND left(stem, 1) = left($3, 1) AND starts_with(stem, $3)'
      const rows = await queries.query<{ stem: Stem }>(
        `SELECT stem FROM ${schema}.stems WHERE length(stem) BETWEEN $1 AND $2 ${begins} ORDER BY stem`,
        [minLength, maxLength, ...(beginning === '' ? [] : [beginning])],
      )
      return rows.map(({ stem }) => stem)
    },
  }
}

/** A condition on `place`, where the ids of documents are `parameter`. */
function inDocuments(schema: string, parameter: string): string {
  return `place <@ (SELECT range_agg(e.places) FROM ${schema}.extents AS e WHERE e.id = ANY(${parameter}::text[]))`
}

/**
 * The best passages: `$1` has the stems, those that find first, and `$2` says which these are. Scores are added in the order of the
 * stems, as FTS5 does, so that passages that are equally good there are so here.
 */
function bestStatement(schema: string, isFiltered: boolean): string {
  const filter = isFiltered ? inDocuments(schema, '$4') : 'true'
  const matches = (which: string, where: string) =>
    `SELECT n, place, weight * part AS score
       FROM (SELECT n, weight, unnest(places) AS place, unnest(parts) AS part FROM asked WHERE ${which}) AS posting
       WHERE ${where}`
  return `
    WITH asked AS MATERIALIZED (
      SELECT n, finds, weight, places, parts
        FROM unnest($1::text[], $2::boolean[]) WITH ORDINALITY AS given (stem, finds, n)
          JOIN ${schema}.stems AS s ON s.stem = given.stem
    ), finding AS MATERIALIZED (
      ${matches('finds', filter)}
    ), scored AS (
      SELECT * FROM finding
      UNION ALL ${matches('NOT finds', 'place IN (SELECT place FROM finding)')}
    ), best AS (
      SELECT place, sum(score ORDER BY n) AS total FROM scored GROUP BY place ORDER BY total DESC, place LIMIT $3
    )
    SELECT passage FROM best JOIN ${schema}.places AS p ON p.place = best.place ORDER BY total DESC, best.place`
}

/**
 * The passages with the stems `$1`: first those whose stems contain the text `$2`, then those that share most. Only a passage with
 * all stems can contain it.
 */
function sharingStatement(schema: string, isFiltered: boolean): string {
  const filter = isFiltered ? `WHERE ${inDocuments(schema, '$4')}` : ''
  return `
    WITH matches AS (
      SELECT n, place, 1 / ln((2 + count(*) OVER (PARTITION BY n))::float8) AS score
        FROM (
          SELECT n, unnest(s.places) AS place
            FROM unnest($1::text[]) WITH ORDINALITY AS given (stem, n) JOIN ${schema}.stems AS s ON s.stem = given.stem
        ) AS posting ${filter}
    ), shared AS (
      SELECT place, count(*) AS count, sum(score ORDER BY n) AS total FROM matches GROUP BY place
    ), found AS (
      SELECT place, total, CASE WHEN count = cardinality($1::text[]) THEN (
          SELECT strpos(' ' || p.stems || ' ', $2) > 0
            FROM ${schema}.places AS l JOIN ${schema}.passages AS p ON p.id = l.passage WHERE l.place = shared.place
        ) ELSE false END AS exact
        FROM shared ORDER BY exact DESC, total DESC, place LIMIT $3
    )
    SELECT passage, exact AS "isExact" FROM found JOIN ${schema}.places AS l ON l.place = found.place
      ORDER BY exact DESC, total DESC, found.place`
}
