import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import Database from 'better-sqlite3'
import { FootnoteError } from '../../errors.ts'
import { storageError } from './sqlite-errors.ts'

/**
 * Keeps other builds of this index out until it is released. The lock is SQLite's own on a file, which
 * the system releases whatever ends the process. Throws `build-running` where another build holds it,
 * `index-unwritable` where the folder cannot be made or written to, and `disk-full`.
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
      `Another build of the index in ${indexDir} is running. Wait until it has ended, then try again.`,
      error,
    )
  }
  return new FootnoteError(
    'index-unwritable',
    `The index cannot be written to ${indexDir}. Make it a folder that you may write to, or set INDEX_DIR.`,
    error,
  )
}
