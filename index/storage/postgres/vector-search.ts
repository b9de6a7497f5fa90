import type { Queries } from '../../postgres/database.ts'
import type { FoundSentence } from '../storage.ts'
import type { CollectionScope } from './collection-scope.ts'
import type { Pgvector } from './pgvector.ts'
import { encodeVector } from './vector-format.ts'

/**
 * A search within documents that have at most this many sentences compares each of them. For 12,000 of 200,000 sentences, this takes
 * 33 ms where the graph takes 240 (on a busy machine), because few of its points are in the searched documents.
 */
const MAX_EXACT_SENTENCES = 20_000

/** How many candidates a search of the graph keeps. On 99,851 vectors, the first 50 have 96.2 % of the nearest 50, in 3.4 ms. */
const EF_SEARCH = 200
/** The most that pgvector takes. */
const MAX_EF_SEARCH = 1000

export interface VectorSearch {
  /** The sentences nearest to the vector, nearest first, in the given documents, or in all (null), of some collections, or of all (null). */
  nearest(
    vector: Float32Array,
    limit: number,
    documentIds: readonly string[] | null,
    scope: CollectionScope | null,
  ): Promise<FoundSentence[]>
}

/** The sentences of a search. */
interface Searched {
  /** Their column that says whether they are searched. */
  readonly column: 'document' | 'collection'
  /** The values of the column; null where there are none. */
  readonly numbers: readonly number[] | null
  readonly sentenceCount: number
}

/** Searches a generation. With `exact`, every search compares each sentence. */
export function vectorSearch(
  queries: Queries,
  pgvector: Pgvector,
  schema: string,
  exact: boolean,
): VectorSearch {
  const product = `vector OPERATOR(${pgvector.schema}.<#>) $1::${pgvector.schema}.vector`
  return {
    nearest: async (vector, limit, documentIds, scope) => {
      const searched = await searchedBy(queries, schema, documentIds, scope)
      if (searched === null) {
        return exact
          ? compareAll(queries, product, schema, vector, limit, null)
          : searchGraph(queries, product, schema, vector, limit, null)
      }
      const { numbers, sentenceCount } = searched
      if (numbers === null) return []
      if (!exact && sentenceCount > MAX_EXACT_SENTENCES) {
        const found = await searchGraph(queries, product, schema, vector, limit, searched)
        // The search gives up after a number of sentences, where those that are searched are far from the vector.
        if (found.length >= Math.min(limit, sentenceCount)) return found
      }
      return compareAll(queries, product, schema, vector, limit, searched)
    },
  }
}

/** The sentences of a search; null: all of them. */
async function searchedBy(
  queries: Queries,
  schema: string,
  documentIds: readonly string[] | null,
  scope: CollectionScope | null,
): Promise<Searched | null> {
  if (documentIds === null) {
    if (scope === null) return null
    const numbers = scope.sentences > 0 ? scope.numbers : null
    return { column: 'collection', numbers, sentenceCount: scope.sentences }
  }
  const [row] = await queries.query<Omit<Searched, 'column'>>(
    `SELECT array_agg(document) AS numbers, coalesce(sum("sentenceCount"), 0)::integer AS "sentenceCount"
       FROM ${schema}.extents WHERE id = ANY($1::text[]) ${scope ? 'AND collection = ANY($2::integer[])' : ''}`,
    [documentIds, ...(scope ? [scope.numbers] : [])],
  )
  return { column: 'document', ...(row ?? { numbers: null, sentenceCount: 0 }) }
}

/** The nearest by the graph, which misses some. `product` is the operation that the graph is for. */
async function searchGraph(
  queries: Queries,
  product: string,
  schema: string,
  vector: Float32Array,
  limit: number,
  searched: Searched | null,
): Promise<FoundSentence[]> {
  const efSearch = Math.min(Math.max(EF_SEARCH, limit), MAX_EF_SEARCH)
  // What a filter leaves out does not count, so the search goes on; relaxed, because the rows are sorted below.
  const iterative = searched ? 'relaxed_order' : 'off'
  // The settings hold for this statement. The search depends on their values, so that it begins after they are set.
  return queries.query<FoundSentence>(
    `SELECT s.id AS "sentenceId", s.passage AS "passageId", 1 + product AS distance
       FROM (
         SELECT set_config('hnsw.ef_search', $3, true) AS ef, set_config('hnsw.iterative_scan', $4, true) AS iterative
       ) AS settings
       CROSS JOIN LATERAL (
         SELECT id, passage, start, ${product} AS product FROM ${schema}.sentences
           WHERE ef IS NOT NULL AND iterative IS NOT NULL ${searched ? `AND ${searched.column} = ANY($5::integer[])` : ''}
           ORDER BY ${product} LIMIT $2
       ) AS s
       JOIN ${schema}.places AS p ON p.passage = s.passage
       ORDER BY product, place, s.start`,
    [
      encodeVector(vector),
      limit,
      String(efSearch),
      iterative,
      ...(searched ? [searched.numbers] : []),
    ],
  )
}

/** The nearest of all sentences, each of them compared. The sum keeps PostgreSQL from searching the graph. */
async function compareAll(
  queries: Queries,
  product: string,
  schema: string,
  vector: Float32Array,
  limit: number,
  searched: Searched | null,
): Promise<FoundSentence[]> {
  return queries.query<FoundSentence>(
    `SELECT s.id AS "sentenceId", s.passage AS "passageId", 1 + product AS distance
       FROM (
         SELECT id, passage, start, 0 + (${product}) AS product FROM ${schema}.sentences
           ${searched ? `WHERE ${searched.column} = ANY($3::integer[])` : ''}
           ORDER BY product FETCH FIRST ($2) ROWS WITH TIES
       ) AS s JOIN ${schema}.places AS p ON p.passage = s.passage
       ORDER BY product, place, s.start LIMIT $2`,
    [encodeVector(vector), limit, ...(searched ? [searched.numbers] : [])],
  )
}
