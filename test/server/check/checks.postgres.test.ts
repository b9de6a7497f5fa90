import { describe, onTestFinished } from 'vitest'
import { openDatabase } from '../../../index/postgres/database.ts'
import { openPostgresState } from '../../../server/state/postgres/postgres-state.ts'
import { POSTGRES_URL, temporaryDatabase } from '../../support/postgres.ts'
import { describeChecks } from './checks-conformance.ts'

describe.skipIf(POSTGRES_URL === undefined)('PostgreSQL', () => {
  describeChecks('PostgreSQL', async () => {
    const database = openDatabase(await temporaryDatabase())
    const state = await openPostgresState(database, { conversationTtlMs: 60_000, maxTurns: 5 })
    onTestFinished(async () => {
      await state.close()
      await database.close()
    })
    return state
  })
})
