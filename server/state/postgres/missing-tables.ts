import type { Database } from '../../../index/postgres/database.ts'
import { DatabaseError, sqlState } from '../../../index/postgres/postgres-errors.ts'

/** Codes of a missing table, schema and column. */
const MISSING = /^(?:42P01|3F000|42703)$/

/** What to do where tables of the state are missing. */
export const RESTORE_TABLES =
  'Restore the schema footnote_state from a backup. Or drop it, with all conversations, and start Footnote again, which creates it anew.'

/** The same database, whose calls reject with `storage-unwritable` where tables of the state are missing. */
export function explainingMissing(database: Database): Database {
  return {
    ...database,
    query: (statement, values) => explained(database.query(statement, values)),
    transaction: (work) => explained(database.transaction(work)),
  }
}

async function explained<T>(call: Promise<T>): Promise<T> {
  try {
    return await call
  } catch (error) {
    if (!(error instanceof Error) || !MISSING.test(sqlState(error))) throw error
    const message = `The database lacks what conversations are kept in: ${error.message}. ${RESTORE_TABLES}`
    throw new DatabaseError('storage-unwritable', message, error)
  }
}
