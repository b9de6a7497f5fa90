import path from 'node:path'
import { hashFile, syncFile } from '../../files.ts'
import { SQLITE_FILE } from './generations.ts'
import { summarizeCollections } from './sqlite-collections.ts'
import { countRows, readCounts, writeCounts } from './sqlite-rows.ts'
import { closeAsOneFile, openForReading, openForWriting, summarizeStems } from './sqlite-schema.ts'
import { deriveVectorFile } from './vector-file.ts'

/** What a publication does that keeps a thread busy, for the generation in a folder. Each gives the SHA-256 of what it wrote. */
export interface PublishStep {
  /**
   * - `complete` fills the tables that are made of others, and writes the vector file.
   * - `seal` makes one file of the database, which nobody else may have opened, and waits until it is on the disk.
   * - `mend` writes the vector file of a sealed generation anew.
   */
  readonly step: 'complete' | 'seal' | 'mend'
  readonly folder: string
  /** The generation that this one started from as a copy; null if there is none. */
  readonly baseFolder: string | null
}

/** Does a step in this thread. */
export function doStep({ step, folder, baseFolder }: PublishStep): Promise<string> {
  if (step === 'complete') return complete(folder, baseFolder)
  return step === 'seal' ? seal(folder) : mend(folder)
}

async function complete(folder: string, baseFolder: string | null): Promise<string> {
  const database = openForWriting(path.join(folder, SQLITE_FILE), { fileMustExist: true })
  try {
    summarizeStems(database)
    summarizeCollections(database)
    const counts = countRows(database)
    writeCounts(database, counts)
    const digest = await deriveVectorFile(database, counts, folder, baseFolder)
    // Nothing is left to do for the thread that closes the database.
    database.pragma('wal_checkpoint(TRUNCATE)')
    return digest
  } finally {
    database.close()
  }
}

async function seal(folder: string): Promise<string> {
  const file = path.join(folder, SQLITE_FILE)
  closeAsOneFile(openForWriting(file, { fileMustExist: true }))
  await syncFile(file)
  return hashFile(file)
}

async function mend(folder: string): Promise<string> {
  const database = openForReading(path.join(folder, SQLITE_FILE))
  try {
    return await deriveVectorFile(database, readCounts(database), folder, null)
  } finally {
    database.close()
  }
}
