import type { Queries } from '../../postgres/database.ts'

/**
 * The extension pgvector of a database. Connections search `pg_catalog` alone, so whatever is its own is named with its schema:
 * `${schema}.vector`, `OPERATOR(${schema}.<#>)`.
 */
export interface Pgvector {
  /** Its schema, as it stands in a statement: quoted where it must be. */
  readonly schema: string
  /** Such as "0.8.1". */
  readonly version: string
  /** The number that the database has given to the type `vector`. */
  readonly typeOid: number
}

/** Finds pgvector, wherever an administrator or Footnote created it; null where there is none. */
export async function findPgvector(queries: Queries): Promise<Pgvector | null> {
  const [found] = await queries.query<Pgvector>(
    `SELECT quote_ident(n.nspname) AS schema, e.extversion AS version, t.oid AS "typeOid"
       FROM pg_extension AS e JOIN pg_namespace AS n ON n.oid = e.extnamespace
         JOIN pg_type AS t ON t.typnamespace = n.oid AND t.typname = 'vector'
       WHERE e.extname = 'vector'`,
  )
  return found ?? null
}
