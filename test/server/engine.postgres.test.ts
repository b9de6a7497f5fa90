import { randomBytes } from 'node:crypto'
import { pino } from 'pino'
import { Client } from 'pg'
import { describe, expect, onTestFinished, test } from 'vitest'
import { readConfig } from '../../server/config.ts'
import { engineOf } from '../../server/engine.ts'
import { outageLog } from '../../server/outage-log.ts'
import { execute, POSTGRES_URL, temporaryDatabase } from '../support/postgres.ts'
import { documentOf, vectorsFor } from '../support/stored-documents.ts'
import { unansweredTurn } from './state/turns.ts'

/** The engine of a server, and the lines that it logs about outages. */
function openEngine(url: string) {
  const logged: string[] = []
  const log = pino({}, { write: (line) => logged.push(line) })
  const engine = engineOf(readConfig({ DATABASE_URL: url }), { watcher: outageLog(log) })
  onTestFinished(() => engine.close())
  return { logged, ...engine }
}

async function publish({ storage }: ReturnType<typeof openEngine>, id: string): Promise<void> {
  const document = await documentOf(id, 'Owls fly.')
  const build = await storage.beginBuild()
  await build.put(
    document,
    vectorsFor(document, () => Float32Array.of(1, 0)),
  )
  await build.publish()
  await build.close()
}

/** A user of a database that may only log in. Gives its name, and the address with it. */
async function newUser(url: string) {
  const name = `nobody_${randomBytes(8).toString('hex')}`
  await execute(url, `CREATE ROLE ${name} LOGIN PASSWORD 'p'`)
  onTestFinished(async () => {
    await execute(url, `DROP OWNED BY ${name}; DROP ROLE ${name}`)
  })
  const own = new URL(url)
  own.username = name
  own.password = 'p'
  return { name, url: own.href }
}

/** Lets an index be built only with as many workers as the database takes by itself. */
const REFUSE_WORKERS = `
  CREATE FUNCTION refuse_workers() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
    IF current_setting('max_parallel_maintenance_workers')::integer > 2 THEN
      RAISE 'could not resize shared memory segment' USING ERRCODE = '53100';
    END IF;
  END $$;
  CREATE EVENT TRIGGER refuse_workers ON ddl_command_start WHEN TAG IN ('CREATE INDEX')
    EXECUTE FUNCTION refuse_workers()`

describe.skipIf(POSTGRES_URL === undefined)('the log of outages has', () => {
  test('nothing of a replaced index that is still read', async () => {
    const url = await temporaryDatabase()
    const engine = openEngine(url)
    await publish(engine, 'a')
    const reader = new Client({ connectionString: url })
    await reader.connect()
    onTestFinished(() => reader.end())
    await reader.query('BEGIN; SELECT FROM footnote_generation_1.passages')
    await publish(engine, 'b')
    await execute(url, `UPDATE footnote.generations SET replaced = replaced - interval '1 hour'`)
    await publish(engine, 'c')
    await reader.query('COMMIT; SELECT FROM footnote_generation_1.passages')
    expect(engine.logged).toEqual([])
  })

  test('nothing of memory for workers that a build does without', async () => {
    const url = await temporaryDatabase()
    await execute(url, REFUSE_WORKERS)
    const engine = openEngine(url)
    await publish(engine, 'a')
    expect(await (await engine.storage.open()).documents()).toHaveLength(1)
    expect(engine.logged).toEqual([])
  })

  test('nothing of a right to read that whoever reads the index misses', async () => {
    const database = await temporaryDatabase()
    const { name, url } = await newUser(database)
    const engine = openEngine(url)
    await publish(openEngine(database), 'a')
    const refused = { code: 'database-unavailable', message: expect.stringContaining('GRANT') }
    await expect(engine.storage.open()).rejects.toMatchObject(refused)
    await execute(
      database,
      `GRANT USAGE ON SCHEMA footnote, footnote_generation_1 TO ${name};
       GRANT SELECT ON ALL TABLES IN SCHEMA footnote TO ${name};
       GRANT SELECT ON footnote_generation_1.documents TO ${name}`,
    )
    const store = await engine.storage.open()
    await expect(store.problems()).rejects.toMatchObject(refused)
    expect(engine.logged).toEqual([])
  })

  test('a right to write that the state misses, once', async () => {
    const database = await temporaryDatabase()
    const { name, url } = await newUser(database)
    await (await openEngine(database).openState()).close()
    await execute(
      database,
      `GRANT USAGE ON SCHEMA footnote_state TO ${name};
       GRANT SELECT ON ALL TABLES IN SCHEMA footnote_state TO ${name}`,
    )
    const engine = openEngine(url)
    const state = await engine.openState()
    for (let i = 0; i < 3; i += 1) {
      await expect(state.conversations.begin(unansweredTurn('one'))).rejects.toMatchObject({
        code: 'storage-unwritable',
      })
    }
    await state.close()
    expect(engine.logged).toHaveLength(1)
    expect(engine.logged[0]).toMatch(/cannot be written.*right to write/)
  })
})
