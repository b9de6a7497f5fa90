import { describe, expect, onTestFinished, test } from 'vitest'
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
    await database.query('CREATE TABLE owls (name text)')
    await database.transaction(({ query }) => query('INSERT INTO owls VALUES ($1)', ['Minerva']))
    const failed = database.transaction(async ({ query }) => {
      await query('INSERT INTO owls VALUES ($1)', ['Hedwig'])
      throw new Error('no')
    })
    await expect(failed).rejects.toThrow('no')
    expect(await database.query('SELECT name FROM owls')).toEqual([{ name: 'Minerva' }])
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
    await connection.query(end)
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
})
