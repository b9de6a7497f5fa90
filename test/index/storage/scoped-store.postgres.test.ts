import { describe, onTestFinished } from 'vitest'
import { openDatabase } from '../../../index/postgres/database.ts'
import { postgresStorage } from '../../../index/storage/postgres/postgres-storage.ts'
import { POSTGRES_URL, temporaryDatabase } from '../../support/postgres.ts'
import { describeScopedStore } from './scoped-store-conformance.ts'

describe.skipIf(POSTGRES_URL === undefined)('PostgreSQL', () => {
  describeScopedStore({
    name: 'the storage in PostgreSQL',
    newPlace: () => temporaryDatabase(),
    storageAt: (url, recipe) => {
      const database = openDatabase(url)
      onTestFinished(() => database.close())
      return postgresStorage({ database, recipe: async () => recipe })
    },
  })
})
