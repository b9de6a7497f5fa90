import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { freePort } from '../../../devtools/free-port.ts'
import { FootnoteError } from '../../../index/errors.ts'
import { openDatabase } from '../../../index/postgres/database.ts'
import { DatabaseError, postgresError } from '../../../index/postgres/postgres-errors.ts'

/** An error as `pg` gives it: with SQLSTATE, a code of the system, or none. */
function errorOf(code: string | null, message = 'as PostgreSQL says it'): Error {
  return Object.assign(new Error(message), code !== null && { code })
}

describe('an error of PostgreSQL', () => {
  test.each([
    ['53100', 'disk-full', /has no room.*Make room on its disk/],
    ['53200', 'database-unavailable', /out of memory.*Give it more memory/],
    ['53400', 'database-unavailable', /limit of the database is exceeded.*Raise this limit/],
    ['25006', 'storage-unwritable', /cannot be written.*primary server/],
    ['42501', 'storage-unwritable', /cannot be written.*right to write/],
    ['57P01', 'database-unavailable', /cannot be reached.*Check that it runs/],
    ['57P03', 'database-unavailable', /cannot be reached/],
    ['53300', 'database-unavailable', /cannot be reached/],
    ['08006', 'database-unavailable', /cannot be reached/],
    ['ECONNREFUSED', 'database-unavailable', /cannot be reached/],
    ['ENOTFOUND', 'database-unavailable', /cannot be reached/],
    ['EHOSTDOWN', 'database-unavailable', /cannot be reached/],
    ['ENETDOWN', 'database-unavailable', /cannot be reached/],
    ['EADDRNOTAVAIL', 'database-unavailable', /cannot be reached/],
    ['57014', 'database-unavailable', /too slow.*long statements/],
    ['55P03', 'database-unavailable', /too slow/],
    ['28P01', 'database-unavailable', /refuses the connection.*password/],
    ['3D000', 'database-unavailable', /refuses the connection.*database/],
    ['40P01', 'storage-busy', /Try again/],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'database-unavailable', /certificate.*sslrootcert/],
  ])('%s is %s, with what to do', (code, expected, remedy) => {
    const error = postgresError(errorOf(code))
    expect(error).toBeInstanceOf(DatabaseError)
    expect(error).toMatchObject({ code: expected, message: expect.stringMatching(remedy) })
    expect(error).toMatchObject({ message: expect.stringContaining(code) })
  })

  test.each(['Connection terminated unexpectedly', 'Query read timeout'])(
    'without a code, "%s", is a lost connection',
    (message) => {
      expect(postgresError(errorOf(null, message))).toMatchObject({ code: 'database-unavailable' })
    },
  )

  test.each(['postgres://owl@%2Fnowhere/owls', 'postgres://owl@localhost/owls?host=/nowhere'])(
    'of a Unix socket that is not there is that of a database that is away: %s',
    async (url) => {
      const database = openDatabase(url)
      onTestFinished(() => database.close())
      await expect(database.query('SELECT 1')).rejects.toMatchObject({
        code: 'database-unavailable',
        message: expect.stringMatching(
          /cannot be reached: connect ENOENT \/nowhere.*Check that it/,
        ),
      })
    },
  )

  test('of a file that is not there stays as it is', async () => {
    const error = await readFile('/nowhere/root.crt').catch((failed: unknown) => failed)
    expect(postgresError(error)).toBe(error)
  })

  test('of a host with several addresses says what is wrong with each', async () => {
    const port = await freePort()
    const addresses = [
      { address: '127.0.0.1', family: 4 },
      { address: '127.0.0.2', family: 4 },
    ]
    const socket = connect({
      port,
      host: 'db.example.org',
      lookup: (_name, _options, found) => found(null, addresses),
    })
    const [refused] = await once(
      socket.on('error', () => {}),
      'error',
    )
    expect(refused).toMatchObject({ message: '' })
    expect(postgresError(refused)).toMatchObject({
      code: 'database-unavailable',
      message: expect.stringMatching(
        /reached: connect ECONNREFUSED 127\.0\.0\.1:\d+; connect ECONNREFUSED 127\.0\.0\.2:\d+ \(ECONNREFUSED\)\. Check/,
      ),
    })
  })

  test('that nobody can do anything about stays as it is', () => {
    const others = [errorOf('42P01'), errorOf(null), new FootnoteError('disk-full', 'no')]
    for (const error of others) expect(postgresError(error)).toBe(error)
  })
})
