import { randomUUID } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { answer } from '../../server/answer/answer-schema.ts'
import { startStandIn } from '../../devtools/slack-stand-in/stand-in.ts'
import { playWorkspace } from '../../devtools/slack-stand-in/workspace.ts'
import { execute } from '../support/postgres.ts'
import {
  isPostgresInstalled,
  type PostgresProcess,
  startPostgres,
} from '../../devtools/postgres-process.ts'
import { serveDatabase } from '../support/serve-database.ts'
import { post } from '../support/serve-words.ts'
import { tcpRelay } from '../support/tcp-relay.ts'
import { temporaryFolder } from '../support/temporary.ts'

const SECRET = 'a-signing-secret-of-slack'
const TOKEN = 'xoxb-a-bot-token'
const CATS = { question: 'When do cats sleep?' }

/** As it stands in an address, and as it is. */
const PASSWORDS = ['a%20secret%20password', 'a secret password']

const END_FOOTNOTE = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'footnote'`

const isInstalled = await isPostgresInstalled()

/** One server for all tests: each leaves it as it was. What it has acknowledged must be there after it was killed. */
let server: PostgresProcess

beforeAll(async () => {
  if (isInstalled) server = await startPostgres(['synchronous_commit=on', 'max_connections=20'])
})
afterAll(() => server?.close())

async function newDatabase(): Promise<string> {
  const name = `footnote_${randomUUID().replaceAll('-', '')}`
  await execute(server.url, `CREATE DATABASE ${name}`)
  const url = new URL(server.url)
  url.pathname = `/${name}`
  return url.href
}

async function ask(url: string, body: object) {
  const response = await post(url, body)
  expect(response.status).toBe(200)
  return answer.parse(await response.json())
}

/** Ends Footnote's connections, and takes all that there are. Gives a function that gives them back. */
async function takeAllConnections(url: string): Promise<() => Promise<void>> {
  const taken: Client[] = []
  const takeOne = async () => {
    const client = new Client({ connectionString: url })
    client.on('error', () => {})
    await client.connect()
    taken.push(client)
    return client
  }
  const first = await takeOne()
  await first.query(END_FOOTNOTE)
  // More than there are: those that fail are not there.
  for (let i = 0; i < 40; i += 1) await takeOne().catch(() => {})
  return async () => {
    for (const client of taken) await client.end()
  }
}

interface Fault {
  readonly name: string
  /** Breaks the server, and gives what repairs it. */
  readonly break: () => Promise<() => Promise<void>>
}

const FAULTS: readonly Fault[] = [
  {
    name: 'is killed',
    break: async () => {
      await server.kill()
      return () => server.start()
    },
  },
  {
    name: 'hangs',
    break: async () => {
      await server.pause()
      return () => server.resume()
    },
  },
  { name: 'takes no more connections', break: () => takeAllConnections(server.url) },
]

async function expectOutage(url: string, conversationId: string, seen: string[]): Promise<void> {
  const requests = [
    ...Array.from({ length: 12 }, () => post(url, CATS)),
    post(url, { ...CATS, conversationId }),
    fetch(`${url}/conversations/${conversationId}`),
    fetch(`${url}/ready`),
  ]
  for (const response of await Promise.all(requests)) {
    expect(response.status).toBe(503)
    expect(Number(response.headers.get('Retry-After'))).toBeGreaterThan(0)
    const text = await response.text()
    expect(text).toContain('The database does not answer at the moment.')
    seen.push(text, JSON.stringify([...response.headers]))
  }
  expect((await fetch(`${url}/health`)).status).toBe(200)
}

async function expectRecovery(url: string, conversationId: string): Promise<void> {
  await vi.waitFor(async () => expect((await fetch(`${url}/ready`)).status).toBe(200), 20_000)
  expect((await ask(url, { ...CATS, conversationId })).answered).toBe(true)
  const kept = await fetch(`${url}/conversations/${conversationId}`)
  expect(await kept.json()).toMatchObject({ turns: [CATS, CATS] })
}

function errorsIn(logged: readonly string[]): string[] {
  return logged.filter((line) => JSON.parse(line).level >= 50)
}

function expectNoPassword(texts: readonly string[]): void {
  const all = texts.join('\n')
  for (const password of PASSWORDS) expect(all).not.toContain(password)
}

describe.skipIf(!isInstalled)('a database that', () => {
  test.each(FAULTS)(
    '$name gives 503 and one line in the log, and works again without a restart',
    async (fault) => {
      const database = await newDatabase()
      const { url, logged } = await serveDatabase(database, { indexDir: await temporaryFolder() })
      const { conversationId } = await ask(url, CATS)
      const repair = await fault.break()
      const seen: string[] = []
      await expectOutage(url, conversationId, seen)
      await repair()
      await expectRecovery(url, conversationId)
      const errors = errorsIn(logged)
      expect(errors).toHaveLength(1)
      expect(errors[0]).toMatch(
        /(?:The database (?:cannot be reached|is too slow)|All connections to the database are busy).*(?:Check|Look)/,
      )
      expectNoPassword([...logged, ...seen])
      await vi.waitFor(async () => {
        await ask(url, CATS)
        expect(logged.join()).toContain('the database works again')
      }, 10_000)
    },
  )

  test('is behind a network that loses everything gives 503, and works again', async () => {
    const database = await newDatabase()
    const address = new URL(database)
    const relay = await tcpRelay(Number(address.port))
    address.port = String(relay.port)
    const { url, logged } = await serveDatabase(address.href, { indexDir: await temporaryFolder() })
    const { conversationId } = await ask(url, CATS)
    relay.swallow()
    const seen: string[] = []
    await expectOutage(url, conversationId, seen)
    relay.pass()
    await expectRecovery(url, conversationId)
    expect(errorsIn(logged)).toHaveLength(1)
    expectNoPassword([...logged, ...seen])
  })

  test('is read-only gives 503 for what is to be stored, shows documents, and works again', async () => {
    const database = await newDatabase()
    const { url, logged } = await serveDatabase(database, { indexDir: await temporaryFolder() })
    const { conversationId } = await ask(url, CATS)
    const name = new URL(database).pathname.slice(1)
    const setting = `ALTER DATABASE ${name} SET default_transaction_read_only =`
    await execute(database, `${setting} on`)
    await execute(database, END_FOOTNOTE)
    // Until Footnote has noticed.
    await setTimeout(300)
    for (let i = 0; i < 5; i += 1) {
      const response = await post(url, { ...CATS, conversationId })
      expect(response.status).toBe(503)
      expect(Number(response.headers.get('Retry-After'))).toBeGreaterThan(0)
      expect(await response.text()).toContain('Conversations cannot be stored at the moment.')
    }
    expect((await fetch(`${url}/ready`)).status).toBe(503)
    expect((await fetch(`${url}/documents`)).status).toBe(200)
    const kept = await fetch(`${url}/conversations/${conversationId}`)
    expect(await kept.json()).toMatchObject({ turns: [CATS] })
    await execute(database, `BEGIN; SET TRANSACTION READ WRITE; ${setting} off; COMMIT`)
    // Footnote drops a connection on which it met a read-only database, as after a failover.
    await vi.waitFor(async () => expect((await post(url, CATS)).status).toBe(200), 10_000)
    await expectRecovery(url, conversationId)
    const errors = errorsIn(logged)
    expect(errors).toHaveLength(1)
    expect(errors[0]).toContain('point it at the primary server')
    expectNoPassword(logged)
  })

  test('lost a table gives 503 with one line in the log that says what to do', async () => {
    const database = await newDatabase()
    const { url, logged } = await serveDatabase(database, { indexDir: await temporaryFolder() })
    await ask(url, CATS)
    await execute(database, 'ALTER TABLE footnote_state.turns RENAME TO lost')
    expect((await post(url, CATS)).status).toBe(503)
    expect((await post(url, CATS)).status).toBe(503)
    expect((await fetch(`${url}/ready`)).status).toBe(503)
    expect((await fetch(`${url}/documents`)).status).toBe(200)
    const errors = errorsIn(logged)
    expect(errors).toHaveLength(1)
    expect(errors[0]).toMatch(/lacks .*footnote_state\.turns.*Restore .* from a backup/)
    await execute(database, 'ALTER TABLE footnote_state.lost RENAME TO turns')
    await ask(url, CATS)
    expect((await fetch(`${url}/ready`)).status).toBe(200)
  })

  test('whose counts of requests are locked answers nevertheless', async () => {
    const database = await newDatabase()
    const { url } = await serveDatabase(database, { indexDir: await temporaryFolder() })
    const locking = new Client({ connectionString: database })
    await locking.connect()
    onTestFinished(() => locking.end())
    await locking.query('BEGIN; LOCK TABLE footnote_state.requests')
    const statuses = async () => {
      const responses = Array.from({ length: 30 }, () => fetch(`${url}/documents`))
      return new Set(Array.from(await Promise.all(responses), ({ status }) => status))
    }
    expect(await statuses()).toEqual(new Set([200]))
    const began = performance.now()
    expect(await statuses()).toEqual(new Set([200]))
    expect(performance.now() - began).toBeLessThan(1900)
  })

  test('does not run is an error at the start that says what to do', async () => {
    const database = await newDatabase()
    await server.kill()
    const start = serveDatabase(database, { indexDir: await temporaryFolder() })
    const error = await start.catch((failed: unknown) => failed)
    await server.start()
    expect(error).toMatchObject({
      code: 'database-unavailable',
      message: expect.stringMatching(/cannot be reached.*Check that it runs/),
    })
    expectNoPassword([String(error)])
  })

  test('is killed again and again loses no turn that was acknowledged', async () => {
    const database = await newDatabase()
    const settings = { RATE_LIMIT: '0' }
    const options = { indexDir: await temporaryFolder(), settings }
    const { url } = await serveDatabase(database, options)
    const acknowledged: string[] = []
    const unexpected: number[] = []
    const over = new AbortController()
    const askOn = async () => {
      while (!over.signal.aborted) {
        const response = await post(url, CATS)
        if (response.status === 200) {
          acknowledged.push(answer.parse(await response.json()).conversationId)
        } else {
          if (response.status !== 503) unexpected.push(response.status)
          await setTimeout(20)
        }
      }
    }
    const asking = Promise.all([askOn(), askOn(), askOn()])
    for (let i = 0; i < 3; i += 1) {
      await setTimeout(300)
      await server.kill()
      await server.start()
    }
    await setTimeout(300)
    over.abort()
    await asking
    expect(unexpected).toEqual([])
    expect(acknowledged.length).toBeGreaterThan(10)
    for (const id of acknowledged) {
      expect((await fetch(`${url}/conversations/${id}`)).status).toBe(200)
    }
  })

  test('is killed while Slack sends events loses none, and each is answered once', async () => {
    const standIn = await startStandIn(TOKEN)
    onTestFinished(() => standIn.close())
    const settings = {
      SLACK_SIGNING_SECRET: SECRET,
      SLACK_BOT_TOKEN: TOKEN,
      SLACK_API_URL: standIn.url,
      PUBLIC_URL: 'http://127.0.0.1',
    }
    const indexDir = await temporaryFolder()
    const database = await newDatabase()
    const { url } = await serveDatabase(database, { indexDir, settings })
    const workspace = playWorkspace({ url, secret: SECRET })
    const channels = Array.from({ length: 24 }, (_, i) => `D${i}`)
    const tell = async (channel: string) => {
      // As Slack does: again, with the same id, until the event is accepted.
      for (;;) {
        const sent = { text: CATS.question, channel }
        if ((await workspace.tell(sent, `Ev-${channel}`)).status === 200) return
        await setTimeout(50)
      }
    }
    const telling = Promise.all(channels.map(tell))
    for (let i = 0; i < 2; i += 1) {
      await setTimeout(100)
      await server.kill()
      await server.start()
    }
    await telling
    const told = () =>
      standIn.calls.flatMap(({ method, body }) =>
        method === 'chat.postMessage' ? [String(body['channel'])] : [],
      )
    // A lease that could not be given up runs out after 15 s.
    await vi.waitFor(() => expect(told().toSorted()).toEqual(channels.toSorted()), 30_000)
    expect(JSON.stringify(standIn.calls)).not.toContain('could not be answered')
  })
})
