import { describe, expect, test } from 'vitest'
import { openDatabase } from '../../index/postgres/database.ts'
import { Keys } from '../../server/access/keys.ts'
import { openPostgresState } from '../../server/state/postgres/postgres-state.ts'
import { POSTGRES_URL, temporaryDatabase } from '../support/postgres.ts'
import { serveDatabase } from '../support/serve-database.ts'
import { temporaryFolder } from '../support/temporary.ts'

describe.skipIf(POSTGRES_URL === undefined)('keys in a database', () => {
  test('are known to all servers with the next request: when created, and when revoked', async () => {
    const url = await temporaryDatabase()
    const indexDir = await temporaryFolder()
    const servers = [await serveDatabase(url, { indexDir }), await serveDatabase(url, { indexDir })]
    const database = openDatabase(url)
    const state = await openPostgresState(database, { conversationTtlMs: 60_000, maxTurns: 10 })
    const keys = new Keys(state.records)
    const statuses = (headers: Record<string, string> = {}) =>
      Promise.all(
        servers.map(async (server) => {
          return (await fetch(`${server.url}/documents`, { headers })).status
        }),
      )
    expect(await statuses()).toEqual([200, 200])
    const given = { name: 'Ada', may: ['ask'] as const, collections: null, expiresAtMs: null }
    const { token, key } = await keys.create(given)
    expect(await statuses()).toEqual([401, 401])
    const headers = { Authorization: `Bearer ${token}` }
    expect(await statuses(headers)).toEqual([200, 200])
    await keys.revoke(key.id)
    expect(await statuses(headers)).toEqual([401, 401])
    await state.close()
    await database.close()
  })
})
