import { describe, expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '../../../index/postgres/database.ts'
import { openPostgresState } from '../../../server/state/postgres/postgres-state.ts'
import {
  type Migration,
  migrateTables,
  STATE_TABLES,
} from '../../../server/state/postgres/tables.ts'
import { execute, LATIN1, POSTGRES_URL, temporaryDatabase } from '../../support/postgres.ts'
import { turnsOf } from './state-conformance.ts'
import { unansweredTurn } from './turns.ts'

const LIMITS = { conversationTtlMs: 3_600_000, maxTurns: 10 }

const OWLS: Migration = {
  version: 1,
  usableFrom: 1,
  statements: 'CREATE TABLE footnote_state.owls (name text)',
}
const WINGS: Migration = {
  version: 2,
  usableFrom: 1,
  statements: 'ALTER TABLE footnote_state.owls ADD COLUMN wings integer NOT NULL DEFAULT 2',
}
const FEATHERS: Migration = {
  version: 3,
  usableFrom: 3,
  statements: 'ALTER TABLE footnote_state.owls RENAME COLUMN wings TO feathers',
}

/** Creates a role, and gives the address of the database for it. */
async function roleIn(url: URL): Promise<URL> {
  const role = `footnote_role_${url.pathname.slice(-8)}`
  await execute(url.href, `CREATE ROLE ${role} LOGIN PASSWORD 'another-secret'`)
  onTestFinished(async () => {
    await execute(url.href, `DROP OWNED BY ${role}; DROP ROLE ${role}`)
  })
  const own = new URL(url)
  own.username = role
  own.password = 'another-secret'
  return own
}

function open(url: string) {
  const database = openDatabase(url)
  onTestFinished(() => database.close())
  return database
}

describe.skipIf(POSTGRES_URL === undefined)('the tables of the state in PostgreSQL', () => {
  test('are created once if several servers start at once, and migrated once', async () => {
    const url = await temporaryDatabase()
    const databases = Array.from({ length: 5 }, () => open(url))
    await Promise.all(databases.map((database) => migrateTables(database, [OWLS])))
    await Promise.all(databases.map((database) => migrateTables(database, [OWLS, WINGS])))
    const { rows } = await execute(
      url,
      'SELECT version FROM footnote_state.migrations ORDER BY version',
    )
    expect(rows).toEqual([{ version: 1 }, { version: 2 }])
  })

  test('of a newer version are used by an older one, unless they changed what it needs', async () => {
    const url = await temporaryDatabase()
    await migrateTables(open(url), [OWLS, WINGS])
    const older = open(url)
    await migrateTables(older, [OWLS])
    await older.query('INSERT INTO footnote_state.owls (name) VALUES ($1)', ['Minerva'])
    await migrateTables(open(url), [OWLS, WINGS, FEATHERS])
    await expect(migrateTables(open(url), [OWLS, WINGS])).rejects.toMatchObject({
      code: 'state-newer',
      message: expect.stringMatching(/newer version of Footnote.*Start that version/),
    })
  })

  test('of a migration that fails stay as they were', async () => {
    const url = await temporaryDatabase()
    await migrateTables(open(url), [OWLS])
    const broken = { ...WINGS, statements: `${WINGS.statements}; SELECT nothing` }
    await expect(migrateTables(open(url), [OWLS, broken])).rejects.toThrow('nothing')
    await migrateTables(open(url), [OWLS, WINGS])
    const { rows } = await execute(
      url,
      'SELECT max(version) AS version FROM footnote_state.migrations',
    )
    expect(rows).toEqual([{ version: 2 }])
  })

  test('need no right to create anything once they are there', async () => {
    const url = new URL(await temporaryDatabase())
    await openPostgresState(open(url.href), LIMITS)
    const role = `footnote_reader_${url.pathname.slice(-8)}`
    await execute(
      url.href,
      `CREATE ROLE ${role} LOGIN PASSWORD 'another-secret';
       GRANT USAGE ON SCHEMA footnote_state TO ${role};
       GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA footnote_state TO ${role}`,
    )
    onTestFinished(async () => {
      await execute(url.href, `DROP OWNED BY ${role}; DROP ROLE ${role}`)
    })
    const own = new URL(url)
    own.username = role
    own.password = 'another-secret'
    const { conversations } = await openPostgresState(open(own.href), LIMITS)
    const id = await conversations.begin(unansweredTurn('one'))
    expect(await turnsOf(conversations, id)).toHaveLength(1)
  })

  test('are all checked: the error names those that are missing, or may not be written', async () => {
    const url = new URL(await temporaryDatabase())
    const state = await openPostgresState(open(url.href), LIMITS)
    await expect(state.check()).resolves.toBeUndefined()
    const { rows } = await execute(
      url.href,
      `SELECT array_agg(tablename::text ORDER BY tablename) AS names FROM pg_tables
         WHERE schemaname = 'footnote_state' AND tablename <> 'migrations'`,
    )
    expect(rows).toEqual([{ names: STATE_TABLES.toSorted() }])
    const role = await roleIn(url)
    await execute(
      url.href,
      `GRANT USAGE ON SCHEMA footnote_state TO ${role.username};
       GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA footnote_state TO ${role.username};
       REVOKE INSERT ON footnote_state.turns FROM ${role.username}`,
    )
    const limited = await openPostgresState(open(role.href), LIMITS)
    await expect(limited.check()).rejects.toMatchObject({
      code: 'storage-unwritable',
      message: expect.stringMatching(/may not read and write .*footnote_state: turns\. Grant it/),
    })
    await execute(url.href, `REVOKE USAGE ON SCHEMA footnote_state FROM ${role.username}`)
    await expect(limited.check()).rejects.toMatchObject({
      message: expect.stringMatching(/conversations, deliveries, feedback/),
    })
    await execute(url.href, 'DROP TABLE footnote_state.turns')
    await expect(state.check()).rejects.toMatchObject({
      code: 'storage-unwritable',
      message: expect.stringMatching(/lacks tables .*: turns\. Restore .* from a backup/),
    })
    await execute(url.href, 'DROP SCHEMA footnote_state CASCADE')
    await expect(state.check()).rejects.toMatchObject({
      message: expect.stringContaining('requests'),
    })
  })

  test('in a database whose encoding lacks characters are refused, with what to do', async () => {
    const url = await temporaryDatabase(onTestFinished, LATIN1)
    await expect(openPostgresState(open(url), LIMITS)).rejects.toMatchObject({
      code: 'setting-invalid',
      message: expect.stringMatching(/encoding LATIN1.*CREATE DATABASE footnote ENCODING 'UTF8'/),
    })
  })

  test('cannot be created by a user without that right: the error says what to do', async () => {
    const url = new URL(await temporaryDatabase())
    const role = `footnote_nobody_${url.pathname.slice(-8)}`
    await execute(url.href, `CREATE ROLE ${role} LOGIN PASSWORD 'another-secret'`)
    onTestFinished(async () => {
      await execute(url.href, `DROP ROLE ${role}`)
    })
    const own = new URL(url)
    own.username = role
    own.password = 'another-secret'
    await expect(openPostgresState(open(own.href), LIMITS)).rejects.toMatchObject({
      code: 'storage-unwritable',
      message: expect.stringMatching(/right to write/),
    })
  })
})
