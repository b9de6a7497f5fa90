import { FootnoteError } from '../../errors.ts'
import type { Queries } from '../../postgres/database.ts'
import { sqlState } from '../../postgres/postgres-errors.ts'
import { createBookkeeping } from './generations.ts'
import { findPgvector, type Pgvector } from './pgvector.ts'

/** The first version of pgvector that searches on where a filter leaves too few rows (`hnsw.iterative_scan`). */
const MIN_PGVECTOR = [0, 8] as const

/** Codes of an extension that the database server does not have. */
const NOT_AVAILABLE = /^(?:0A000|58P01)$/

const INSTALL =
  'Install pgvector 0.8 or later on the database server (https://github.com/pgvector/pgvector#installation)'

/**
 * Creates what an index needs in a database: the schema `footnote`, its tables, and pgvector. Only the builder may call it, which
 * holds the lock: nobody else creates them meanwhile. Gives pgvector. Throws `index-unwritable` if it is missing or too old, or the
 * user may not create it.
 */
export async function prepareDatabase(queries: Queries): Promise<Pgvector> {
  await createBookkeepingIfMissing(queries)
  if (!(await findPgvector(queries))) await createExtension(queries)
  const pgvector = await findPgvector(queries)
  if (!pgvector) throw new Error('there is no pgvector after it was created')
  requireVersion(pgvector.version)
  return pgvector
}

function requireVersion(version: string): void {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > MIN_PGVECTOR[0] || minor >= MIN_PGVECTOR[1]) return
  throw new FootnoteError(
    'index-unwritable',
    `The database has pgvector ${version}, and Footnote needs 0.8 or later. ${INSTALL}, then run "ALTER EXTENSION vector UPDATE" in the database.`,
  )
}

async function createBookkeepingIfMissing(queries: Queries): Promise<void> {
  const [found] = await queries.query<{ schema: boolean; tables: boolean }>(
    `SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = 'footnote') AS schema,
       EXISTS (SELECT FROM pg_tables WHERE schemaname = 'footnote' AND tablename = 'served') AS tables`,
  )
  // Each is created only where it is missing: IF NOT EXISTS asks for the right to create even where it creates nothing.
  if (!found?.schema) await queries.query('CREATE SCHEMA IF NOT EXISTS footnote')
  if (!found?.tables) await createBookkeeping(queries)
}

/** Creates pgvector beside the bookkeeping. In `public`, where others may create something, its script could meet what is theirs. */
async function createExtension(queries: Queries): Promise<void> {
  try {
    await queries.query('CREATE EXTENSION IF NOT EXISTS vector SCHEMA footnote')
  } catch (error) {
    if (NOT_AVAILABLE.test(sqlState(error))) {
      throw new FootnoteError(
        'index-unwritable',
        `The database server has no pgvector. ${INSTALL}, then try again.`,
        error,
      )
    }
    if (sqlState(error) !== '42501') throw error
    throw new FootnoteError(
      'index-unwritable',
      'The user in DATABASE_URL may not create the extension pgvector. Let an administrator run "CREATE EXTENSION vector" in the database, then try again.',
      error,
    )
  }
}
