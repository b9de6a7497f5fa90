import type { Queries } from '../../postgres/database.ts'

/** Some collections, of which alone a search may know. */
export interface CollectionScope {
  readonly numbers: readonly number[]
  readonly passages: number
  /** How many stems a passage has on average; 0 where there is no passage. */
  readonly averageStems: number
  readonly sentences: number
}

/** Reads what a published generation says of these collections. A name that no document has is left out. */
export async function readScope(
  queries: Queries,
  schema: string,
  names: readonly string[],
): Promise<CollectionScope> {
  const [scope] = await queries.query<CollectionScope>(
    `SELECT coalesce(array_agg(collection ORDER BY collection), '{}') AS numbers,
         coalesce(sum(passages), 0)::integer AS passages, coalesce(sum(sentences), 0)::integer AS sentences,
         coalesce(sum(stems)::float8 / sum(passages)::float8, 0) AS "averageStems"
       FROM ${schema}.collection_sizes WHERE name = ANY($1::text[])`,
    [names],
  )
  return scope ?? { numbers: [], passages: 0, averageStems: 0, sentences: 0 }
}
