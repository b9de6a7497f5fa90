import type { Queries } from '../../postgres/database.ts'

/** The language tags of documents, the most frequent first; `documentIds` null: of all, `collections` null: in whatever collection. */
export async function readLanguages(
  queries: Queries,
  schema: string,
  documentIds: readonly string[] | null,
  collections: readonly string[] | null,
): Promise<string[]> {
  const rows = await queries.query<{ language: string }>(
    `SELECT language FROM ${schema}.documents
       WHERE ($1::text[] IS NULL OR id = ANY($1)) AND ($2::text[] IS NULL OR collection = ANY($2))
       GROUP BY language ORDER BY count(*) DESC, language`,
    [documentIds, collections],
  )
  return rows.map(({ language }) => language)
}
