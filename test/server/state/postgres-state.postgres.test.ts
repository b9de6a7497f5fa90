import { describe } from 'vitest'
import { openDatabase } from '../../../index/postgres/database.ts'
import { openPostgresState } from '../../../server/state/postgres/postgres-state.ts'
import type { ConversationLimits, State } from '../../../server/state/state.ts'
import { POSTGRES_URL, temporaryDatabase } from '../../support/postgres.ts'
import { describeState } from './state-conformance.ts'

/** Opens the state in a database, with connections of its own. */
async function openIn(url: string, limits: ConversationLimits): Promise<State> {
  const database = openDatabase(url)
  const state = await openPostgresState(database, limits)
  const close = async () => {
    await state.close()
    await database.close()
  }
  return { ...state, close }
}

describe.skipIf(POSTGRES_URL === undefined)('PostgreSQL', () => {
  describeState('PostgreSQL', async () => {
    const url = await temporaryDatabase()
    return (limits) => openIn(url, limits)
  })
})
