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

/** Whether SQLite says that a file is not as it was written, or cannot be read. */
export function saysDamaged(error: unknown): boolean {
  return DAMAGED.test(codeOf(error))
}

function codeOf(error: unknown): string {
  if (error instanceof FootnoteError || !(error instanceof Error)) return ''
  return 'code' in error && typeof error.code === 'string' ? error.code : ''
}
