import { randomBytes } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { Client } from 'pg'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { sha256 } from '../../../index/documents/source-files.ts'
import { english } from '../../../index/language/en.ts'
import { stemsOf } from '../../../index/language/stems.ts'
import { openLiveIndex } from '../../../index/live-index.ts'
import { openDatabase } from '../../../index/postgres/database.ts'
import { postgresStorage } from '../../../index/storage/postgres/postgres-storage.ts'
import type { IndexStorage } from '../../../index/storage/storage.ts'
import { execute, POSTGRES_URL, temporaryDatabase } from '../../support/postgres.ts'
import { documentOf, vectorsFor } from '../../support/stored-documents.ts'

const OWLS = stemsOf('owls', english)

function storageAt(url: string, recipe = 'the recipe', exactSearch = false): IndexStorage {
  const database = openDatabase(url)
  onTestFinished(() => database.close())
  return postgresStorage({ database, recipe: async () => recipe, exactSearch })
}

type Build = Awaited<ReturnType<IndexStorage['beginBuild']>>

async function put(build: Build, id: string): Promise<void> {
  const document = await documentOf(id, `Owls fly over ${id}.`)
  await build.put(
    document,
    vectorsFor(document, () => Float32Array.of(1, 0)),
  )
}

async function publish(storage: IndexStorage, id: string): Promise<void> {
  const build = await storage.beginBuild()
  await put(build, id)
  await build.publish()
  await build.close()
}

async function schemas(url: string): Promise<number> {
  const { rows } = await execute(
    url,
    `SELECT 1 FROM pg_namespace WHERE nspname LIKE 'footnote\\_generation\\_%'`,
  )
  return rows.length
}

/** Makes every replaced generation look as if that had been a while ago. */
async function age(url: string, interval: string): Promise<void> {
  await execute(url, `UPDATE footnote.generations SET replaced = replaced - interval '${interval}'`)
}

describe.skipIf(POSTGRES_URL === undefined)('generations in PostgreSQL', () => {
  test('servers of two versions go on with an index each', async () => {
    const url = await temporaryDatabase()
    const [older, newer] = [storageAt(url, 'older'), storageAt(url, 'newer')]
    await publish(older, 'a')
    await publish(newer, 'b')
    await publish(older, 'c')
    for (const [storage, ids] of [
      [older, ['a', 'c']],
      [newer, ['b']],
    ] as const) {
      const store = await storage.open()
      expect(store.generation).toBe(await storage.served())
      expect((await store.documents()).map(({ id }) => id)).toEqual(ids)
      expect(await store.findPassages(OWLS, 9, null)).toHaveLength(ids.length)
    }
  })

  test('one that was replaced stays for ten minutes, and the index of another version for a month', async () => {
    const url = await temporaryDatabase()
    const storage = storageAt(url)
    await publish(storageAt(url, 'another recipe'), 'x')
    for (const id of ['a', 'b', 'c']) await publish(storage, id)
    expect(await schemas(url)).toBe(4)
    await age(url, '11 minutes')
    await publish(storage, 'd')
    expect(await schemas(url)).toBe(3)
    await age(url, '31 days')
    await publish(storage, 'e')
    expect(await schemas(url)).toBe(2)
    expect(await (await storage.open()).documents()).toHaveLength(5)
  })

  test('one that is still read stays until the next build', async () => {
    const url = await temporaryDatabase()
    const storage = storageAt(url)
    await publish(storage, 'a')
    const reader = new Client({ connectionString: url })
    await reader.connect()
    await reader.query('BEGIN')
    const { rows } = await reader.query(
      `SELECT nspname FROM pg_namespace WHERE nspname LIKE 'footnote\\_generation\\_%'`,
    )
    await reader.query(`SELECT count(*) FROM ${String(rows[0]?.nspname)}.passages`)
    await publish(storage, 'b')
    await age(url, '11 minutes')
    await (await storage.beginBuild()).close()
    expect(await schemas(url)).toBe(2)
    await reader.query('COMMIT')
    await reader.end()
    await (await storage.beginBuild()).close()
    expect(await schemas(url)).toBe(1)
  })

  test('a build whose connection is lost says so, and the next one goes on', async () => {
    const url = await temporaryDatabase()
    const storage = storageAt(url)
    const build = await storage.beginBuild()
    await put(build, 'a')
    await execute(
      url,
      `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'
         AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    )
    await expect(put(build, 'b')).rejects.toMatchObject({
      code: 'database-unavailable',
      message: expect.stringContaining('"npm run build-index" again'),
    })
    await build.close()
    const next = await storage.beginBuild()
    expect([...(await next.sources()).keys()]).toEqual(['a'])
    await next.close()
  })

  test('all servers that watch see a publication within two seconds', async () => {
    const url = await temporaryDatabase()
    const listeners = Array.from({ length: 3 }, () => vi.fn<() => void>())
    await publish(storageAt(url), 'a')
    for (const listener of listeners) onTestFinished(storageAt(url).watch(listener))
    const build = await storageAt(url).beginBuild()
    await put(build, 'b')
    // All have asked once.
    await setTimeout(1500)
    for (const listener of listeners) expect(listener).not.toHaveBeenCalled()
    await build.publish()
    await vi.waitFor(() => {
      for (const listener of listeners) expect(listener).toHaveBeenCalledTimes(1)
    }, 2000)
    await build.close()
  })

  test('whoever watches while the database is away sees what is published after', async () => {
    const url = await temporaryDatabase()
    const storage = storageAt(url)
    await publish(storage, 'a')
    const listener = vi.fn<() => void>()
    onTestFinished(storage.watch(listener))
    await setTimeout(500)
    await execute(url, 'ALTER TABLE footnote.served RENAME TO away')
    await setTimeout(1500)
    await execute(url, 'ALTER TABLE footnote.away RENAME TO served')
    await publish(storage, 'b')
    await vi.waitFor(() => expect(listener).toHaveBeenCalled(), 2500)
  })

  test('several builds at once in an empty database: one begins, and the others are refused', async () => {
    const url = await temporaryDatabase()
    const storages = Array.from({ length: 3 }, () => storageAt(url))
    const begun = await Promise.allSettled(storages.map((storage) => storage.beginBuild()))
    const builds = begun.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
    expect(builds).toHaveLength(1)
    for (const build of builds) await build.close()
    const refused = begun.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []))
    for (const error of refused) expect(error).toMatchObject({ code: 'build-running' })
  })
})

describe.skipIf(POSTGRES_URL === undefined)('an index in PostgreSQL', () => {
  test.each(['ahead of opening', 'after opening'])(
    'that lacks a table is damaged: %s',
    async (when) => {
      const url = await temporaryDatabase()
      const storage = storageAt(url)
      await publish(storage, 'a')
      const drop = async () => {
        await execute(url, 'DROP TABLE footnote_generation_1.stems')
      }
      const reading = async () => {
        if (when === 'ahead of opening') await drop()
        const store = await storage.open()
        await drop()
        await store.findPassages(OWLS, 9, null)
      }
      await expect(reading()).rejects.toMatchObject({
        code: 'index-corrupt',
        message: expect.stringContaining('npm run build-index -- --force'),
      })
      const forced = await storage.beginBuild({ force: true })
      await put(forced, 'b')
      await forced.publish()
      await forced.close()
      expect(await (await storage.open()).findPassages(OWLS, 9, null)).toHaveLength(1)
    },
  )

  test('that lacks a table for a while is read again once it is back', async () => {
    const url = await temporaryDatabase()
    const storage = storageAt(url)
    await publish(storage, 'a')
    const index = await openLiveIndex({ storage, onChange: () => {} })
    const find = () => index.use((store) => store.findPassages(OWLS, 9, null))
    await execute(url, 'ALTER TABLE footnote_generation_1.stems RENAME TO aside')
    await expect(find()).rejects.toMatchObject({ code: 'index-corrupt' })
    expect(index.isDamaged()).toBe(true)
    await execute(url, 'ALTER TABLE footnote_generation_1.aside RENAME TO stems')
    await vi.waitFor(() => expect(index.isDamaged()).toBe(false), 30_000)
    expect(await find()).toHaveLength(1)
    await index.close()
  })

  test('that was replaced and removed while it is read is no damage', async () => {
    const url = await temporaryDatabase()
    const storage = storageAt(url)
    await publish(storage, 'a')
    const store = await storage.open()
    await publish(storage, 'b')
    await age(url, '11 minutes')
    await publish(storage, 'c')
    await expect(store.findPassages(OWLS, 9, null)).rejects.toMatchObject({
      code: 'index-replaced',
    })
  })

  test('whose pgvector is not installed on the machine says so', async () => {
    const url = await temporaryDatabase()
    const storage = storageAt(url)
    await publish(storage, 'a')
    const store = await storage.open()
    await execute(
      url,
      `SET allow_system_table_mods = on;
       UPDATE pg_proc SET probin = '$libdir/vector-that-is-gone' WHERE probin LIKE '%vector%'`,
    )
    await expect(store.findSentences(Float32Array.of(1, 0), 9, null)).rejects.toMatchObject({
      code: 'database-unavailable',
      message: expect.stringContaining('Install pgvector'),
    })
  })

  test('is read with the right to read alone, and says which rights are missing', async () => {
    const url = await temporaryDatabase()
    await execute(url, 'CREATE EXTENSION vector')
    const name = `reader_${randomBytes(8).toString('hex')}`
    await execute(url, `CREATE ROLE ${name} LOGIN PASSWORD 'p'`)
    onTestFinished(async () => {
      await execute(url, `DROP OWNED BY ${name}`)
      await execute(url, `DROP ROLE ${name}`)
    })
    const reading = new URL(url)
    reading.username = name
    reading.password = 'p'
    const reader = storageAt(reading.href)
    await expect(reader.open()).rejects.toMatchObject({ code: 'index-missing' })
    await expect(reader.beginBuild()).rejects.toMatchObject({ code: 'index-unwritable' })
    await publish(storageAt(url), 'a')
    await expect(reader.open()).rejects.toMatchObject({
      code: 'database-unavailable',
      message: expect.stringContaining('GRANT SELECT'),
    })
    await execute(
      url,
      `GRANT USAGE ON SCHEMA footnote TO ${name};
       GRANT SELECT ON ALL TABLES IN SCHEMA footnote TO ${name};
       ALTER DEFAULT PRIVILEGES GRANT USAGE ON SCHEMAS TO ${name};
       ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO ${name}`,
    )
    await publish(storageAt(url), 'b')
    const store = await reader.open()
    expect(await store.findPassages(OWLS, 9, null)).toHaveLength(2)
    expect(await store.findSentences(Float32Array.of(1, 0), 9, null)).toHaveLength(2)
  })

  test('needs a pgvector that is new enough', async () => {
    const url = await temporaryDatabase()
    await execute(url, 'CREATE EXTENSION vector')
    await execute(url, `UPDATE pg_extension SET extversion = '0.7.4' WHERE extname = 'vector'`)
    await expect(storageAt(url).beginBuild()).rejects.toMatchObject({
      code: 'index-unwritable',
      message: expect.stringContaining('ALTER EXTENSION vector UPDATE'),
    })
  })

  test('takes words and paths of any length, and texts with NUL characters', async () => {
    const storage = storageAt(await temporaryDatabase())
    // A word that cannot be compressed, and has no ending that its stem lacks.
    const digests = Array.from({ length: 58 }, (_, i) => sha256(String(i)))
    const word = `${digests.join('')}9`
    const long = await documentOf(`path-${'long'.repeat(1000)}`, `Owls ${word}.`)
    const build = await storage.beginBuild()
    for (const document of [long, { ...(await documentOf('nul', 'Owls.')), author: 'A\0nn' }]) {
      await build.put(
        document,
        vectorsFor(document, () => Float32Array.of(1, 0)),
      )
    }
    await build.publish()
    await build.close()
    const store = await storage.open()
    expect(await store.findPassages(stemsOf(word, english), 9, [long.id])).toHaveLength(1)
    expect(await store.vocabulary(word.slice(0, 300), word.length, word.length)).toHaveLength(1)
    expect(await store.document('nul')).toMatchObject({ author: 'A\uFFFDnn' })
    expect(await store.missingDocuments(['nul', 'nul\0'])).toEqual(['nul\0'])
  })

  test('finds the nearest sentences of documents that are too large to compare each', async () => {
    const url = await temporaryDatabase()
    const storage = storageAt(url)
    const paragraph = Array.from({ length: 50 }, (_, i) => `Owl ${i} flies.`).join(' ')
    const large = await documentOf(
      'large',
      Array.from({ length: 410 }, () => paragraph).join('\n\n'),
    )
    const small = await documentOf('small', paragraph)
    let angle = 0
    // The large document lies in the first half of the circle, the small one in the second.
    const next = () => {
      angle += Math.PI / 20_500
      return Float32Array.of(Math.cos(angle), Math.sin(angle))
    }
    const build = await storage.beginBuild()
    await build.put(large, vectorsFor(large, next))
    await build.put(small, vectorsFor(small, next))
    await build.publish()
    await build.close()
    const exact = await storageAt(url, 'the recipe', true).open()
    const store = await storage.open()
    for (const vector of [Float32Array.of(0, 1), Float32Array.of(0, -1)]) {
      const found = await store.findSentences(vector, 20, ['large'])
      const nearest = await exact.findSentences(vector, 20, ['large'])
      expect(found).toHaveLength(20)
      for (const [i, { distance }] of found.entries()) {
        expect(distance).toBeCloseTo(nearest[i]?.distance ?? Number.NaN, 2)
      }
    }
    expect(await store.findSentences(Float32Array.of(0, 1), 20, null)).toHaveLength(20)
    // A connection reports its counts when it has been idle for 10 s.
    await vi.waitFor(async () => {
      const { rows } = await execute(
        url,
        `SELECT idx_scan > 0 AS "isSearched" FROM pg_stat_user_indexes WHERE indexrelname = 'sentences_by_vector'`,
      )
      expect(rows).toEqual([{ isSearched: true }])
    }, 30_000)
  })
})
