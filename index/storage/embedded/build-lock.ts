import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import Database from 'better-sqlite3'
import { FootnoteError } from '../../errors.ts'
import { storageError } from './sqlite-errors.ts'

/**
 * Locks the index against other builds. Gives a function that releases the lock. It is SQLite's lock on a
 * file, which the system releases when the process ends for any reason. Throws `build-running` if another
 * build holds the lock, `index-unwritable` if the folder cannot be created or written, and `disk-full`.
 */
export async function lockForBuild(indexDir: string): Promise<() => void> {
  let lock: Database.Database | undefined
  try {
    await mkdir(indexDir, { recursive: true })
    lock = new Database(path.join(indexDir, 'build.lock'), { timeout: 0 })
    lock.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    lock?.close()
    throw explain(error, indexDir)
  }
  const held = lock
  return () => held.close()
}

function explain(error: unknown, indexDir: string): unknown {
  const known = storageError(error, `The index in ${indexDir}`)
  const code = known instanceof FootnoteError ? known.code : null
  if (code === 'disk-full') return known
  if (code === 'storage-busy') {
    return new FootnoteError(
      'build-running',
      `Another build of the index in ${indexDir} is running. Try again when it has ended.`,
      error,
    )
  }
  return new FootnoteError(
    'index-unwritable',
    `The index cannot be written to ${indexDir}. Allow writing to that folder, or set INDEX_DIR to another one.`,
    error,
  )
}
