import { execFile } from 'node:child_process'
import { chown, copyFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '../../../index/postgres/database.ts'
import { isPostgresInstalled, startPostgres } from '../../support/postgres-process.ts'
import { temporaryFolder } from '../../support/temporary.ts'

const run = promisify(execFile)

async function hasOpenssl(): Promise<boolean> {
  try {
    await run('openssl', ['version'])
    return true
  } catch {
    return false
  }
}

/** Makes a certificate for `localhost` that signs itself; gives its file and that of its key. */
async function makeCertificate(): Promise<{ certificate: string; key: string }> {
  const folder = await temporaryFolder()
  const certificate = path.join(folder, 'server.crt')
  const key = path.join(folder, 'server.key')
  const request = 'req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext'.split(' ')
  await run('openssl', [
    ...request,
    'subjectAltName=DNS:localhost',
    '-keyout',
    key,
    '-out',
    certificate,
  ])
  return { certificate, key }
}

/** Starts a server that takes encrypted connections. */
async function startWithTls() {
  const { certificate, key } = await makeCertificate()
  const server = await startPostgres()
  onTestFinished(() => server.close())
  for (const file of [certificate, key]) {
    const copied = path.join(server.data, path.basename(file))
    await copyFile(file, copied)
    if (server.owner !== null) await chown(copied, server.owner, server.owner)
  }
  await server.kill()
  await server.start(['ssl=on'])
  const addressWith = (host: string, parameters: Record<string, string>) => {
    const url = new URL(server.url)
    url.hostname = host
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
    return url.href
  }
  return { certificate, addressWith }
}

async function isEncrypted(url: string): Promise<unknown> {
  const database = openDatabase(url)
  onTestFinished(() => database.close())
  const [row] = await database.query<{ ssl: boolean }>(
    'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()',
  )
  return row?.ssl
}

describe.skipIf(!(await isPostgresInstalled()) || !(await hasOpenssl()))(
  'an encrypted connection',
  () => {
    test('is made as sslmode says, and not with a certificate for another host or of a stranger', async () => {
      const { certificate, addressWith } = await startWithTls()
      const verified = { sslmode: 'verify-full', sslrootcert: certificate }
      expect(await isEncrypted(addressWith('localhost', verified))).toBe(true)
      expect(await isEncrypted(addressWith('127.0.0.1', { sslmode: 'no-verify' }))).toBe(true)
      expect(await isEncrypted(addressWith('127.0.0.1', {}))).toBe(false)
      const wrong = [
        addressWith('127.0.0.1', verified),
        addressWith('localhost', { sslmode: 'verify-full' }),
      ]
      for (const url of wrong) {
        const error = await isEncrypted(url).catch((failed: unknown) => failed)
        expect(error).toMatchObject({
          code: 'database-unavailable',
          message: expect.stringMatching(
            /certificate of the database is not accepted.*Check the host/,
          ),
        })
        expect(String(error)).not.toContain('secret')
      }
    })
  },
)
