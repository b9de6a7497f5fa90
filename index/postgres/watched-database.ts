import type { Database } from './database.ts'
import { DatabaseError } from './postgres-errors.ts'

/** Is told how the calls of a database go. */
export interface DatabaseWatcher {
  readonly worked: () => void
  readonly failed: (error: DatabaseError) => void
}

/**
 * The same database, whose calls tell `watcher` how they went: what a transaction handles is no failure. A connection of its own
 * tells nobody, because whoever has it handles some errors, and reports the others.
 */
export function watchedDatabase(database: Database, watcher: DatabaseWatcher): Database {
  const watched = async <T>(call: Promise<T>): Promise<T> => {
    try {
      const result = await call
      watcher.worked()
      return result
    } catch (error) {
      if (error instanceof DatabaseError) watcher.failed(error)
      throw error
    }
  }
  return {
    ...database,
    query: (statement, values) => watched(database.query(statement, values)),
    transaction: (work) => watched(database.transaction(work)),
  }
}
