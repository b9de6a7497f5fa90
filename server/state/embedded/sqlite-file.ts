import Database from 'better-sqlite3'
import { FootnoteError, type ErrorCode } from '../../../index/errors.ts'
import { isDamage, storageError } from '../../../index/storage/embedded/sqlite-errors.ts'
import { migrate, type Migration, NewerVersionError } from './migrations.ts'

/** How long to wait for a file that another process writes to. The whole process is blocked meanwhile. */
export const BUSY_TIMEOUT_MS = 1000

/** What distinguishes one file of the state from the others. */
export interface SqliteFileKind {
  readonly name: string
  readonly migrations: readonly Migration[]
  /** The error code for a file that cannot be read. */
  readonly unreadable: ErrorCode
  /** What the file holds, as the subject of a sentence in the plural. */
  readonly contents: string
  /** What to do about a file that cannot be read, as a sentence. */
  readonly remedy: string
}

/** An open file of the state. */
export interface SqliteFile {
  readonly database: Database.Database
  /**
   * Runs work on the database. Throws `disk-full`, `storage-busy` or `storage-unwritable`, and the `unreadable` code
   * of its kind where the file was damaged after it was opened.
   */
  readonly use: <T>(work: () => T) => T
}

/**
 * Opens a file, migrates it to the current version, and returns what `prepare` makes of it. A file that is missing is
 * created, in a folder that exists; `:memory:` is a database without a file. Throws what {@link openingError} gives.
 */
export function openSqliteFile<T>(
  file: string,
  kind: SqliteFileKind,
  prepare: (opened: SqliteFile) => T,
): T {
  let database: Database.Database | undefined
  try {
    const opened = new Database(file, { timeout: BUSY_TIMEOUT_MS })
    database = opened
    configure(opened)
    migrate(opened, kind.migrations)
    return prepare({ database: opened, use: (work) => use(work, opened, file, kind) })
  } catch (error) {
    database?.close()
    throw openingError(error, file, kind)
  }
}

/**
 * What to tell of an error that opening a file met: `disk-full`, `storage-busy` or `storage-unwritable`, and the
 * `unreadable` code of its kind where the file is no database, is damaged, or was written by a newer version.
 */
export function openingError(error: unknown, file: string, kind: SqliteFileKind): FootnoteError {
  const { unreadable, contents, remedy } = kind
  const storage = storageError(error, file)
  if (storage instanceof FootnoteError) return storage
  const message =
    error instanceof NewerVersionError
      ? `${contents} in ${file} were written by a newer version of Footnote. Start that version, or set DATA_DIR to another folder.`
      : `${contents} in ${file} cannot be read. ${remedy}`
  return new FootnoteError(unreadable, message, error)
}

function configure(database: Database.Database): void {
  database.pragma('journal_mode = WAL')
  database.pragma('synchronous = NORMAL')
  database.pragma('foreign_keys = ON')
  // Deleted text must not remain in free pages.
  database.pragma('secure_delete = ON')
}

function use<T>(
  work: () => T,
  database: Database.Database,
  file: string,
  { unreadable }: SqliteFileKind,
): T {
  try {
    return work()
  } catch (error) {
    if (!isDamage(error, database)) throw storageError(error, file)
    throw new FootnoteError(
      unreadable,
      `${file} is damaged. Stop Footnote, move the file away, and start it again.`,
      error,
    )
  }
}

/**
 * Runs `sweep`, which removes what is too old, now and then every `intervalMs`; returns a function that ends this.
 * Errors are ignored: the next run tries again.
 */
export function sweepEvery(intervalMs: number, sweep: () => void): () => void {
  const attempt = () => {
    try {
      sweep()
    } catch {
      // The next run tries again.
    }
  }
  attempt()
  const timer = setInterval(attempt, intervalMs).unref()
  return () => clearInterval(timer)
}
