import { describe } from 'vitest'
import { openDatabase } from '../../../index/postgres/database.ts'
import { postgresStorage } from '../../../index/storage/postgres/postgres-storage.ts'
import { POSTGRES_URL, temporaryDatabase } from '../../support/postgres.ts'
import { describeLargeStore } from './large-store-conformance.ts'

describe.skipIf(POSTGRES_URL === undefined)('PostgreSQL', () => {
  describeLargeStore('the storage in PostgreSQL', async (remove) => {
    const database = openDatabase(await temporaryDatabase(remove))
    remove(() => database.close())
    return postgresStorage({ database, recipe: async () => 'test' })
  })
})
