import { describe } from 'vitest'
import { openDatabase } from '../../../index/postgres/database.ts'
import { openPostgresState } from '../../../server/state/postgres/postgres-state.ts'
import { POSTGRES_URL, temporaryDatabase } from '../../support/postgres.ts'
import { describeOutbox } from './outbox-behaviour.ts'

describe.skipIf(POSTGRES_URL === undefined)('PostgreSQL', () => {
  describeOutbox('PostgreSQL', async (limits) => {
    const database = openDatabase(await temporaryDatabase())
    const state = await openPostgresState(database, limits)
    const close = async () => {
      await state.close()
      await database.close()
    }
    return { ...state, close }
  })
})
