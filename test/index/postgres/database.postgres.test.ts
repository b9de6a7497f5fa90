import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { type DatabaseOptions, openDatabase } from '../../../index/postgres/database.ts'
import { POSTGRES_URL, temporaryDatabase } from '../../support/postgres.ts'

async function open(options?: DatabaseOptions) {
  const database = openDatabase(await temporaryDatabase(), options)
  onTestFinished(() => database.close())
  return database
}

describe.skipIf(POSTGRES_URL === undefined)('a PostgreSQL database', () => {
  test('keeps what a transaction wrote, and nothing of one that failed', async () => {
    const database = await open()
    await database.query('CREATE TABLE public.owls (name text)')
    await database.transaction(({ query }) =>
      query('INSERT INTO public.owls VALUES ($1)', ['Minerva']),
    )
    const failed = database.transaction(async ({ query }) => {
      await query('INSERT INTO public.owls VALUES ($1)', ['Hedwig'])
      throw new Error('no')
    })
    await expect(failed).rejects.toThrow('no')
    expect(await database.query('SELECT name FROM public.owls')).toEqual([{ name: 'Minerva' }])
  })

  test('says that it is slow, and goes on', async () => {
    const database = await open({ statementTimeoutMs: 100 })
    await expect(database.query('SELECT pg_sleep(9)')).rejects.toMatchObject({
      code: 'database-unavailable',
      message: expect.stringContaining('too slow'),
    })
    expect(await database.query('SELECT 1 AS one')).toEqual([{ one: 1 }])
  })

  test('survives the end of its connections', async () => {
    const database = await open()
    const end =
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()'
    const sleeping = database.query('SELECT pg_sleep(9)').catch((error: unknown) => error)
    const connection = await database.connect()
    // The other connection may still be on its way.
    await vi.waitFor(async () => expect(await connection.query(end)).toHaveLength(1))
    expect(await sleeping).toMatchObject({ code: 'database-unavailable' })
    await connection.close()
    expect(await database.query('SELECT 1 AS one')).toEqual([{ one: 1 }])
  })

  test('whose password is wrong refuses, and no message has the password', async () => {
    const url = new URL(await temporaryDatabase())
    url.password = 'wrong-password'
    const database = openDatabase(url.href)
    onTestFinished(() => database.close())
    const error = await database.query('SELECT 1').catch((failed: unknown) => failed)
    expect(error).toMatchObject({ code: 'database-unavailable' })
    expect(String(error)).toContain('DATABASE_URL')
    expect(String(error)).not.toContain('wrong-password')
  })

  test('all of whose connections are busy says so', async () => {
    const database = await open({ maxConnections: 1 })
    const sleeping = database.query('SELECT pg_sleep(4)')
    await expect(database.query('SELECT 1')).rejects.toMatchObject({
      code: 'database-unavailable',
      message: expect.stringMatching(/^All connections to the database are busy.*Look for long/),
    })
    await sleeping
  })

  test('one of whose limits is exceeded says which', async () => {
    const database = await open()
    const sorting = database.transaction(async ({ query }) => {
      await query("SET LOCAL work_mem = '64kB'")
      await query("SET LOCAL temp_file_limit = '64kB'")
      await query('SELECT n FROM generate_series(1, 100000) AS n ORDER BY -n')
    })
    await expect(sorting).rejects.toMatchObject({
      code: 'database-unavailable',
      message: expect.stringMatching(/limit of the database is exceeded: .*temp_file_limit.*Raise/),
    })
  })
})

test.each(['postgres://owl:50%e9-secret@localhost/owls', 'postgres://owl:a/secret@localhost/owls'])(
  'an address whose password is not written as in a URL is refused, and not repeated: %s',
  (url) => {
    let error: unknown
    try {
      openDatabase(url)
    } catch (thrown) {
      error = thrown
    }
    expect(error).toMatchObject({
      code: 'setting-invalid',
      message: expect.stringMatching(/^DATABASE_URL is not .*% as %25, \/ as %2F/),
    })
    expect(String(error)).not.toContain('secret')
  },
)
