import { FootnoteError } from '../../errors.ts'
import { sqlState } from '../../postgres/postgres-errors.ts'

/** Codes of damaged pages and index entries, missing files of tables, and missing tables and schemas. */
const DAMAGED = /^(?:XX001|XX002|58P01|42P01|3F000)$/
const FORBIDDEN = /^42501$/

/** The error for a damaged index; `what` says what is damaged. */
export function corrupt(what: string, cause?: unknown): FootnoteError {
  return new FootnoteError(
    'index-corrupt',
    `The index in the database is damaged: ${what}. Rebuild it with "npm run build-index -- --force".`,
    cause,
  )
}

/** Turns an error of reading a published generation into one that says what to do. Returns any other error unchanged. */
export function readingError(error: unknown): unknown {
  const code = sqlState(error)
  if (DAMAGED.test(code)) return corrupt(messageOf(error), error)
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
