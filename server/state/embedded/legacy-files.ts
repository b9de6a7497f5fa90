import { rename, rm } from 'node:fs/promises'
import path from 'node:path'
import Database from 'better-sqlite3'
import { FootnoteError } from '../../../index/errors.ts'
import { exists, syncFile } from '../../../index/files.ts'
import { BUSY_TIMEOUT_MS, openingError, type SqliteFileKind } from './sqlite-file.ts'

/**
 * Moves a file that an older version kept in `legacyDir` to `dataDir`, unless `dataDir` has one of that name. The
 * folders may be on different file systems.
 *
 * If the process is killed at any moment, at least one whole copy is left, and the next call finishes the move. The steps:
 * the copy is completed under a temporary name, the old file is renamed to `….moved`, and the copy gets its final name.
 * The name `….moved` distinguishes the rest of a finished move from a file that an older version has written since.
 *
 * Throws `storage-busy` where another process uses the old file, and the errors of {@link openingError}. The old file
 * then stays.
 */
export async function moveLegacyFile(
  kind: SqliteFileKind,
  { legacyDir, dataDir }: { legacyDir: string; dataDir: string },
): Promise<void> {
  const legacy = path.join(legacyDir, kind.name)
  const moved = `${legacy}.moved`
  const target = path.join(dataDir, kind.name)
  if (!(await exists(target))) {
    const source = (await exists(moved)) ? moved : legacy
    if (!(await exists(source))) return
    try {
      await copy(source, { moved, target })
    } catch (error) {
      // Where the copy is there, another process has just made it.
      if (!(await exists(target))) throw openingError(error, source, kind)
    }
  }
  await removeFile(moved)
  // A killed process may have left SQLite's journal files beside a database file that is gone.
  if (!(await exists(legacy))) await removeFile(legacy)
}

async function copy(
  source: string,
  { moved, target }: { moved: string; target: string },
): Promise<void> {
  const database = openExclusively(source)
  try {
    // Another process may have moved it while this one waited for the lock.
    if (await exists(target)) return
    const temporary = `${target}.tmp`
    await removeFile(temporary)
    await database.backup(temporary)
    await syncFile(temporary)
    await rename(source, moved)
    await rename(temporary, target)
    await syncFile(path.dirname(target))
  } finally {
    database.close()
  }
}

/** Removes a database file and SQLite's journal files beside it, if they exist. */
async function removeFile(file: string): Promise<void> {
  for (const end of ['', '-journal', '-wal', '-shm']) await rm(`${file}${end}`, { force: true })
}

/** Opens a database file for this process alone, and writes its write-ahead log into it. */
function openExclusively(file: string): Database.Database {
  const database = new Database(file, { fileMustExist: true, timeout: BUSY_TIMEOUT_MS })
  try {
    database.pragma('locking_mode = EXCLUSIVE')
    // Fails while another process has the file open, idle or not.
    database.pragma('journal_mode = DELETE')
    database.exec('BEGIN EXCLUSIVE; COMMIT')
    return database
  } catch (error) {
    database.close()
    if (!(error instanceof Database.SqliteError) || error.code !== 'SQLITE_BUSY') throw error
    throw new FootnoteError(
      'storage-busy',
      `${file} is used by another Footnote, and has to be moved to DATA_DIR. Stop the other one, then try again.`,
      error,
    )
  }
}
