import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '../../../index/postgres/database.ts'
import { POSTGRES_URL, temporaryDatabase } from '../../support/postgres.ts'
import { temporaryFolder } from '../../support/temporary.ts'
import { tlsRelay } from '../../support/tls-relay.ts'

const run = promisify(execFile)

async function hasOpenssl(): Promise<boolean> {
  try {
    await run('openssl', ['version'])
    return true
  } catch {
    return false
  }
}

/** Makes a certificate for `localhost` that signs itself; gives its file, and what a server needs of it. */
async function makeCertificate() {
  const folder = await temporaryFolder()
  const file = path.join(folder, 'server.crt')
  const key = path.join(folder, 'server.key')
  const request = 'req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost'.split(' ')
  const names = ['-addext', 'subjectAltName=DNS:localhost']
  await run('openssl', [...request, ...names, '-keyout', key, '-out', file])
  const identity = { cert: await readFile(file, 'utf8'), key: await readFile(key, 'utf8') }
  return { file, identity }
}

async function connectTo(url: string): Promise<unknown> {
  const database = openDatabase(url)
  onTestFinished(() => database.close())
  return database.query('SELECT 1 AS one')
}

describe.skipIf(POSTGRES_URL === undefined || !(await hasOpenssl()))(
  'an encrypted connection',
  () => {
    test('is made as sslmode says, and not with a certificate for another host or of a stranger', async () => {
      const { file, identity } = await makeCertificate()
      const database = new URL(await temporaryDatabase())
      const port = await tlsRelay(Number(database.port), identity)
      const addressWith = (host: string, parameters: Record<string, string>) => {
        const url = new URL(database)
        url.port = String(port)
        url.hostname = host
        for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
        return url.href
      }
      const verified = { sslmode: 'verify-full', sslrootcert: file }
      expect(await connectTo(addressWith('localhost', verified))).toEqual([{ one: 1 }])
      const unverified = addressWith('127.0.0.1', { sslmode: 'no-verify' })
      expect(await connectTo(unverified)).toEqual([{ one: 1 }])
      const wrong = [
        addressWith('127.0.0.1', verified),
        addressWith('localhost', { sslmode: 'verify-full' }),
      ]
      for (const url of wrong) {
        const error = await connectTo(url).catch((failed: unknown) => failed)
        expect(error).toMatchObject({
          code: 'database-unavailable',
          message: expect.stringMatching(
            /certificate of the database is not accepted.*Check the host/,
          ),
        })
        expect(String(error)).not.toContain(database.password)
      }
    })

    test('to a server that does not encrypt is an error that says so', async () => {
      const url = new URL(await temporaryDatabase())
      url.searchParams.set('sslmode', 'verify-full')
      await expect(connectTo(url.href)).rejects.toMatchObject({
        code: 'database-unavailable',
        message: expect.stringContaining('does not support SSL'),
      })
    })
  },
)
