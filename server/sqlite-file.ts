import { existsSync } from 'node:fs'
import Database from 'better-sqlite3'
import { saysDamaged, storageError } from '../index/storage/embedded/sqlite-errors.ts'
import { FootnoteError, type ErrorCode } from '../index/errors.ts'

/** How long a file that another process writes to is waited for, in ms: nothing else is answered meanwhile. */
const BUSY = 1000

/**
 * Opens a file of what people leave here, which is made where it is missing; `:memory:` for none. `create` makes
 * the tables, and is run where the file is of another `version`. Throws what SQLite throws.
 */
export function openSqliteFile(
  file: string,
  { version, create }: { version: number; create: string },
): Database.Database {
  const database = new Database(file, { timeout: BUSY })
  database.pragma('journal_mode = WAL')
  database.pragma('synchronous = NORMAL')
  database.pragma('foreign_keys = ON')
  // What is forgotten does not stay in free pages.
  database.pragma('secure_delete = ON')
  database.transaction(() => {
    if (database.pragma('user_version', { simple: true }) === version) return
    database.exec(create)
    database.pragma(`user_version = ${version}`)
  })()
  return database
}

/**
 * Uses what {@link openSqliteFile} opened. Throws `disk-full`, `storage-busy`, `storage-unwritable`, and `unreadable`
 * where the file was damaged since.
 */
export function useSqliteFile<T>(file: string, unreadable: ErrorCode, work: () => T): T {
  try {
    return work()
  } catch (error) {
    const storage = storageError(error, file)
    if (!saysDamaged(storage)) throw storage
    throw new FootnoteError(unreadable, `${file} is damaged. Stop, move it away, and start.`, error)
  }
}

/** Reads from such a file and changes nothing in it, a server's own while that runs; null where there is none of this `version`. */
export function readSqliteFile<T>(
  file: string,
  version: number,
  read: (database: Database.Database) => T,
): T | null {
  if (!existsSync(file)) return null
  const database = new Database(file, { readonly: true })
  try {
    return database.pragma('user_version', { simple: true }) === version ? read(database) : null
  } finally {
    database.close()
  }
}

/**
 * Removes what is too old, now and every so many ms; gives what ends that. A disk that is full, or a file that is busy,
 * is no reason to stop: nobody is given what is too old, removed or not.
 */
export function sweepEvery(ms: number, sweep: () => void): () => void {
  const attempt = () => {
    try {
      sweep()
    } catch {
      // The next time.
    }
  }
  attempt()
  const sweeping = setInterval(attempt, ms).unref()
  return () => clearInterval(sweeping)
}
