import Database from 'better-sqlite3'
import { FootnoteError } from '../../errors.ts'

// Codes of SQLite (extended) and of the system that mean the same, so that the same mends them.
const FULL = /^(?:SQLITE_FULL|SQLITE_IOERR_(?:WRITE|TRUNCATE|FSYNC|SHMSIZE)|ENOSPC|EDQUOT|EFBIG)$/
const BUSY = /^SQLITE_(?:BUSY|LOCKED)/
const READ_ONLY = /^(?:SQLITE_READONLY|SQLITE_CANTOPEN|SQLITE_PERM|EACCES|EPERM|EROFS)/
const DAMAGED = /^SQLITE_(?:CORRUPT|NOTADB|IOERR)/

/**
 * What SQLite or the system threw over `what` (something on the disk, as a message begins with it), as a `FootnoteError`
 * that says what to do: `disk-full`, `storage-busy` or `storage-unwritable`. Gives any other error back as it is.
 */
export function storageError(error: unknown, what: string): unknown {
  const code = codeOf(error)
  if (FULL.test(code)) {
    return new FootnoteError(
      'disk-full',
      `${what} cannot be written: the disk is full. Make room, then try again; what was there before is kept.`,
      error,
    )
  }
  if (BUSY.test(code)) {
    return new FootnoteError(
      'storage-busy',
      `${what} cannot be written while another process writes there. Try again when that has ended.`,
      error,
    )
  }
  if (READ_ONLY.test(code)) {
    return new FootnoteError(
      'storage-unwritable',
      `${what} cannot be written. Give the user that Footnote runs as the right to write there.`,
      error,
    )
  }
  return error
}

/**
 * Whether an error over a database means that its file is damaged: SQLite says so, or all tables are gone (SQLite takes
 * a file that was cut to nothing for an empty database). Any other error of SQLite is a mistake of ours.
 */
export function isDamage(error: unknown, database: Database.Database): boolean {
  if (!(error instanceof Database.SqliteError)) return false
  if (FULL.test(error.code)) return false
  return DAMAGED.test(error.code) || !hasAnyTable(database)
}

function hasAnyTable(database: Database.Database): boolean {
  try {
    return database.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table'").get() !== undefined
  } catch {
    return false
  }
}

function codeOf(error: unknown): string {
  if (error instanceof FootnoteError || !(error instanceof Error)) return ''
  return 'code' in error && typeof error.code === 'string' ? error.code : ''
}
