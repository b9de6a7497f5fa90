import { FootnoteError } from '../../errors.ts'
import type { Queries } from '../../postgres/database.ts'
import { sqlState } from '../../postgres/postgres-errors.ts'
import { createBookkeeping } from './generations.ts'

/** The first version of pgvector that searches on where a filter leaves too few rows (`hnsw.iterative_scan`). */
const MIN_PGVECTOR = [0, 8] as const

/** Codes of an extension that the database server does not have. */
const NOT_AVAILABLE = /^(?:0A000|58P01)$/

const INSTALL =
  'Install pgvector 0.8 or later on the database server (https://github.com/pgvector/pgvector#installation)'

/**
 * Creates what an index needs in a database: pgvector, the schema `footnote`, and its tables. Only the builder may call it, which
 * holds the lock: nobody else creates them meanwhile. Throws `index-unwritable` if pgvector is missing or too old, or the user may
 * not create it.
 */
export async function prepareDatabase(queries: Queries): Promise<void> {
  await createMissing(queries)
  await checkPgvector(queries)
}

/** Throws `index-unwritable` if pgvector is missing or too old. */
async function checkPgvector(queries: Queries): Promise<void> {
  const [extension] = await queries.query<{ version: string }>(
    `SELECT extversion AS version FROM pg_extension WHERE extname = 'vector' AND to_regtype('vector') IS NOT NULL`,
  )
  if (!extension) {
    throw new FootnoteError(
      'index-unwritable',
      'The database has no pgvector that its user can reach. Run "CREATE EXTENSION vector" in it, in a schema of the user’s search_path.',
    )
  }
  const [major = 0, minor = 0] = extension.version.split('.').map(Number)
  const isEnough = major > MIN_PGVECTOR[0] || minor >= MIN_PGVECTOR[1]
  if (isEnough) return
  throw new FootnoteError(
    'index-unwritable',
    `The database has pgvector ${extension.version}, and Footnote needs 0.8 or later. ${INSTALL}, then run "ALTER EXTENSION vector UPDATE" in the database.`,
  )
}

async function createMissing(queries: Queries): Promise<void> {
  const [found] = await queries.query<{ extension: boolean; schema: boolean; tables: boolean }>(
    `SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'vector') AS extension,
       EXISTS (SELECT FROM pg_namespace WHERE nspname = 'footnote') AS schema,
       EXISTS (SELECT FROM pg_tables WHERE schemaname = 'footnote' AND tablename = 'served') AS tables`,
  )
  // Each is created only where it is missing: IF NOT EXISTS asks for the right to create even where it creates nothing.
  if (!found?.extension) await createExtension(queries)
  if (!found?.schema) await queries.query('CREATE SCHEMA IF NOT EXISTS footnote')
  if (!found?.tables) await createBookkeeping(queries)
}

async function createExtension(queries: Queries): Promise<void> {
  try {
    await queries.query('CREATE EXTENSION IF NOT EXISTS vector')
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
