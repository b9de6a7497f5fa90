import { describe, onTestFinished } from 'vitest'
import { openDatabase } from '../../../index/postgres/database.ts'
import { postgresStorage } from '../../../index/storage/postgres/postgres-storage.ts'
import type { IndexStorage } from '../../../index/storage/storage.ts'
import { POSTGRES_URL, temporaryDatabase } from '../../support/postgres.ts'
import { describeStorage } from './storage-conformance.ts'

function storageAt(url: string, recipe: string): IndexStorage {
  const database = openDatabase(url)
  onTestFinished(() => database.close())
  return postgresStorage({ database, recipe: async () => recipe })
}

describe.skipIf(POSTGRES_URL === undefined)('PostgreSQL', () => {
  describeStorage({
    name: 'the storage in PostgreSQL',
    newPlace: () => temporaryDatabase(),
    storageAt,
    module: new URL('../../support/postgres-storage.ts', import.meta.url),
  })
})
