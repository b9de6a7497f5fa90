import { openDatabase } from '../../index/postgres/database.ts'
import { postgresStorage } from '../../index/storage/postgres/postgres-storage.ts'
import type { IndexStorage } from '../../index/storage/storage.ts'

/** The storage in the database at an address, for indexes made by a recipe. Its connections end with the process. */
export function storageAt(url: string, recipe: string): IndexStorage {
  return postgresStorage({ database: openDatabase(url), recipe: async () => recipe })
}
