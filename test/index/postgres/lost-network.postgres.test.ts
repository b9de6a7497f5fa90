import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '../../../index/postgres/database.ts'
import { POSTGRES_URL, temporaryDatabase } from '../../support/postgres.ts'
import { tcpRelay } from '../../support/tcp-relay.ts'

/** An empty database behind a network that can lose everything. */
async function behindRelay() {
  const url = new URL(await temporaryDatabase())
  const relay = await tcpRelay(Number(url.port))
  url.port = String(relay.port)
  return { url: url.href, relay }
}

async function connect() {
  const { url, relay } = await behindRelay()
  const database = openDatabase(url, { statementTimeoutMs: 200 })
  onTestFinished(() => database.close())
  return { relay, connection: await database.connect() }
}

describe.skipIf(POSTGRES_URL === undefined)('over a network that loses everything', () => {
  test('a connection of its own closes', async () => {
    const { relay, connection } = await connect()
    expect(await connection.query('SELECT 1 AS one')).toEqual([{ one: 1 }])
    relay.swallow()
    await connection.close()
  })

  test('a transaction that failed is given up, and the connection with it', async () => {
    const { relay, connection } = await connect()
    const failed = connection.transaction(async () => {
      relay.swallow()
      throw new Error('no document')
    })
    await expect(failed).rejects.toThrow('no document')
    await expect(connection.query('SELECT 1')).rejects.toMatchObject({
      code: 'database-unavailable',
    })
    await connection.close()
  })

  test('a statement that takes no time is given up', async () => {
    const { relay, connection } = await connect()
    relay.swallow()
    await expect(connection.queryBriefly('SELECT 1')).rejects.toMatchObject({
      code: 'database-unavailable',
    })
    await connection.close()
  })

  test('a build ends, and the process that built', async () => {
    const { url, relay } = await behindRelay()
    const program = fileURLToPath(new URL('../../support/end-build.ts', import.meta.url))
    const tsx = createRequire(import.meta.url).resolve('tsx')
    const child = spawn(process.execPath, ['--import', tsx, program, url], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    onTestFinished(() => void child.kill('SIGKILL'))
    await once(child.stdout, 'data')
    relay.swallow()
    child.stdin.write('end')
    expect(await once(child, 'exit')).toEqual([0, null])
  })
})
