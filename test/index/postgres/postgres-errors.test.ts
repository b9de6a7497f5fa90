import { describe, expect, test } from 'vitest'
import { FootnoteError } from '../../../index/errors.ts'
import { DatabaseError, postgresError } from '../../../index/postgres/postgres-errors.ts'

/** An error as `pg` gives it: with SQLSTATE, a code of the system, or none. */
function errorOf(code: string | null, message = 'as PostgreSQL says it'): Error {
  return Object.assign(new Error(message), code !== null && { code })
}

describe('an error of PostgreSQL', () => {
  test.each([
    ['53100', 'disk-full', /has no room.*Make room on its disk/],
    ['53200', 'disk-full', /has no room/],
    ['25006', 'storage-unwritable', /cannot be written.*primary server/],
    ['42501', 'storage-unwritable', /cannot be written.*right to write/],
    ['57P01', 'database-unavailable', /cannot be reached.*Check that it runs/],
    ['57P03', 'database-unavailable', /cannot be reached/],
    ['53300', 'database-unavailable', /cannot be reached/],
    ['08006', 'database-unavailable', /cannot be reached/],
    ['ECONNREFUSED', 'database-unavailable', /cannot be reached/],
    ['ENOTFOUND', 'database-unavailable', /cannot be reached/],
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

  test.each([
    'Connection terminated unexpectedly',
    'timeout exceeded when trying to connect',
    'Query read timeout',
  ])('without a code, "%s", is a lost connection', (message) => {
    expect(postgresError(errorOf(null, message))).toMatchObject({ code: 'database-unavailable' })
  })

  test('that nobody can do anything about stays as it is', () => {
    const others = [errorOf('42P01'), errorOf(null), new FootnoteError('disk-full', 'no')]
    for (const error of others) expect(postgresError(error)).toBe(error)
  })
})
