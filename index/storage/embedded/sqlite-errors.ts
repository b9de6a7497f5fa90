import Database from 'better-sqlite3'
import { FootnoteError } from '../../errors.ts'

// Error codes of SQLite (extended) and of the system, grouped by what the user can do about them.
const FULL = /^(?:SQLITE_FULL|SQLITE_IOERR_(?:WRITE|TRUNCATE|FSYNC|SHMSIZE)|ENOSPC|EDQUOT|EFBIG)$/
const BUSY = /^SQLITE_(?:BUSY|LOCKED)/
const READ_ONLY = /^(?:SQLITE_READONLY|SQLITE_CANTOPEN|SQLITE_PERM|EACCES|EPERM|EROFS)/
const DAMAGED = /^SQLITE_(?:CORRUPT|NOTADB|IOERR)/

/**
 * Turns an error of SQLite or of the system into a `FootnoteError` that says what to do: `disk-full`, `storage-busy` or
 * `storage-unwritable`. Returns any other error unchanged. `what` names the file or folder; the message begins with it.
 */
export function storageError(error: unknown, what: string): unknown {
  const code = codeOf(error)
  if (FULL.test(code)) {
    return new FootnoteError(
      'disk-full',
      `${what} cannot be written: the disk is full. Make room, then try again. Everything written before is kept.`,
      error,
    )
  }
  if (BUSY.test(code)) {
    return new FootnoteError(
      'storage-busy',
      `${what} cannot be written while another process is writing to it. Try again when that process has ended.`,
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
 * Whether an error means that the database file is damaged: SQLite reports damage, or the database has no tables
 * (SQLite opens an empty file as an empty database). Any other SQLite error is a bug in this program.
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
