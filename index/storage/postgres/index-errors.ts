import { FootnoteError } from '../../errors.ts'
import type { Queries } from '../../postgres/database.ts'
import { sqlState } from '../../postgres/postgres-errors.ts'
import { type Generation, isKnown } from './generations.ts'

/** Codes of missing tables and schemas. */
const MISSING = /^(?:42P01|3F000)$/
/** Codes of damaged pages and index entries, and missing files. */
const DAMAGED = /^(?:XX001|XX002|58P01)$/
/** What PostgreSQL says, with the code of a missing file, of an extension whose library is not installed. */
const NO_LIBRARY = /could not access file "[^"]*vector/
const FORBIDDEN = /^42501$/

/** The error for a damaged index; `what` says what is damaged. */
export function corrupt(what: string, cause?: unknown): FootnoteError {
  return new FootnoteError(
    'index-corrupt',
    `The index in the database is damaged: ${what}. Rebuild it with "npm run build-index -- --force".`,
    cause,
  )
}

/** Turns an error of reading this generation into one that says what to do. Returns any other error unchanged. */
export async function generationError(
  queries: Queries,
  generation: Generation,
  error: unknown,
): Promise<unknown> {
  if (!MISSING.test(sqlState(error)) || (await isKnown(queries, generation))) {
    return readingError(error)
  }
  return new FootnoteError(
    'index-replaced',
    'The index was replaced while this was answered. Ask again.',
    error,
  )
}

/** Turns an error of reading the index into one that says what to do. Returns any other error unchanged. */
export function readingError(error: unknown): unknown {
  const code = sqlState(error)
  if (NO_LIBRARY.test(messageOf(error))) {
    return new FootnoteError(
      'database-unavailable',
      `The database lacks pgvector: ${messageOf(error)}. Install pgvector on the machine of the database.`,
      error,
    )
  }
  if (MISSING.test(code) || DAMAGED.test(code)) return corrupt(messageOf(error), error)
  if (!FORBIDDEN.test(code)) return error
  return new FootnoteError(
    'database-unavailable',
    'The user in DATABASE_URL may not read the index. Let the user that builds it run "ALTER DEFAULT PRIVILEGES GRANT USAGE ON SCHEMAS TO …" and "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO …", grant both on the schema footnote, then rebuild the index.',
    error,
  )
}

/** Turns an error of a build into one that says what to do. Returns any other error unchanged. */
export function buildError(error: unknown): unknown {
  if (!(error instanceof FootnoteError)) return readingError(error)
  if (error.code === 'database-unavailable') {
    return new FootnoteError(
      'database-unavailable',
      `The build was interrupted. ${error.message} Then run "npm run build-index" again: it goes on where it stopped.`,
      error,
    )
  }
  return error
}

/** Turns an error of the beginning of a build into one that says what to do. Returns any other error unchanged. */
export function beginError(error: unknown): unknown {
  if (!(error instanceof FootnoteError)) return readingError(error)
  if (error.code !== 'storage-unwritable') return error
  return new FootnoteError(
    'index-unwritable',
    `The index cannot be written. ${error.message}`,
    error,
  )
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
