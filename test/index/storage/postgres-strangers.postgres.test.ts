import { randomBytes } from 'node:crypto'
import { describe, expect, onTestFinished, test } from 'vitest'
import { english } from '../../../index/language/en.ts'
import { stemsOf } from '../../../index/language/stems.ts'
import { openDatabase } from '../../../index/postgres/database.ts'
import { postgresStorage } from '../../../index/storage/postgres/postgres-storage.ts'
import { execute, LATIN1, POSTGRES_URL, temporaryDatabase } from '../../support/postgres.ts'
import { documentOf, vectorsFor } from '../../support/stored-documents.ts'

const OWLS = stemsOf('owls', english)
const VECTOR = Float32Array.of(1, 0)

/** Gives another user the right to create something in `public`, and gives an address for that user. */
async function strangerIn(url: string): Promise<string> {
  const name = `stranger_${randomBytes(8).toString('hex')}`
  await execute(
    url,
    `CREATE ROLE ${name} LOGIN PASSWORD 'p'; GRANT CREATE, USAGE ON SCHEMA public TO ${name};
     CREATE TABLE public.ran (what text); GRANT ALL ON public.ran TO PUBLIC`,
  )
  onTestFinished(async () => {
    await execute(url, `DROP OWNED BY ${name} CASCADE; DROP ROLE ${name}`)
  })
  const address = new URL(url)
  address.username = name
  address.password = 'p'
  return address.href
}

/** Functions and an operator that PostgreSQL prefers to its own where `public` is searched: their types fit better. */
const TRAPS = `
  CREATE FUNCTION public.unnest(ids integer[]) RETURNS SETOF integer LANGUAGE plpgsql AS
    $$BEGIN INSERT INTO public.ran VALUES ('unnest'); RETURN QUERY SELECT pg_catalog.unnest(ids); END$$;
  CREATE FUNCTION public.added(a integer, b float8) RETURNS float8 LANGUAGE plpgsql AS
    $$BEGIN INSERT INTO public.ran VALUES ('+'); RETURN a::float8 OPERATOR(pg_catalog.+) b; END$$;
  CREATE OPERATOR public.+ (LEFTARG = integer, RIGHTARG = float8, FUNCTION = public.added)`

/** The same for what pgvector has, where it stands in `public`. */
const VECTOR_TRAPS = `
  CREATE FUNCTION public.product(a public.vector, b text) RETURNS float8 LANGUAGE plpgsql AS
    $$BEGIN INSERT INTO public.ran VALUES ('<#>'); RETURN 0; END$$;
  CREATE OPERATOR public.<#> (LEFTARG = public.vector, RIGHTARG = text, FUNCTION = public.product);
  CREATE FUNCTION public.vector_send(a anyelement) RETURNS bytea LANGUAGE plpgsql AS
    $$BEGIN INSERT INTO public.ran VALUES ('vector_send'); RETURN NULL; END$$`

function storageAt(url: string, exactSearch = false) {
  const database = openDatabase(url)
  onTestFinished(() => database.close())
  return postgresStorage({ database, recipe: async () => 'the recipe', exactSearch })
}

/** Builds an index, and asks it for everything, by the graph and by comparing each sentence. */
async function useIndex(url: string): Promise<void> {
  const build = await storageAt(url).beginBuild()
  const document = await documentOf('a', 'Owls fly.')
  await build.put(
    document,
    vectorsFor(document, () => VECTOR),
  )
  await build.publish()
  await build.close()
  for (const exact of [false, true]) {
    const store = await storageAt(url, exact).open()
    for (const documents of [null, ['a']]) {
      expect(await store.findSentences(VECTOR, 9, documents)).toMatchObject([{ distance: 0 }])
      expect(await store.findPassages(OWLS, 9, documents)).toHaveLength(1)
      expect(await store.findPassagesWith(OWLS, 9, documents)).toHaveLength(1)
    }
    expect(await store.passages([1])).toMatchObject([{ text: 'Owls fly.' }])
    expect(await store.vectors([1])).toEqual([VECTOR])
    expect(await store.outline('a')).toMatchObject({ paragraphs: [{ paragraph: 1 }] })
  }
}

async function schemaOfExtension(url: string): Promise<unknown> {
  const { rows } = await execute(
    url,
    `SELECT extnamespace::regnamespace::text AS schema FROM pg_extension WHERE extname = 'vector'`,
  )
  return rows[0]?.schema
}

describe.skipIf(POSTGRES_URL === undefined)('in a database of several users, an index', () => {
  test('runs nothing that another user has created in public', async () => {
    const url = await temporaryDatabase()
    await execute(await strangerIn(url), TRAPS)
    // Whoever searches public runs it.
    await execute(url, 'SELECT 0 + 1::float8 FROM unnest(ARRAY[1])')
    expect((await execute(url, 'DELETE FROM public.ran RETURNING what')).rows).toHaveLength(2)
    await useIndex(url)
    expect((await execute(url, 'SELECT what FROM public.ran')).rows).toEqual([])
    expect(await schemaOfExtension(url)).toBe('footnote')
  })

  test('runs nothing of another user either where pgvector stands beside it', async () => {
    const url = await temporaryDatabase()
    await execute(url, 'CREATE EXTENSION vector SCHEMA public')
    await execute(await strangerIn(url), `${TRAPS}; ${VECTOR_TRAPS}`)
    await useIndex(url)
    expect((await execute(url, 'SELECT what FROM public.ran')).rows).toEqual([])
    expect(await schemaOfExtension(url)).toBe('public')
  })

  test('uses pgvector in whatever schema an administrator has created it', async () => {
    const url = await temporaryDatabase()
    await execute(url, `CREATE SCHEMA "an ""odd"" $& one"`)
    await execute(url, `CREATE EXTENSION vector SCHEMA "an ""odd"" $& one"`)
    await useIndex(url)
    expect(await schemaOfExtension(url)).toBe('"an ""odd"" $& one"')
  })
})

describe.skipIf(POSTGRES_URL === undefined)('every connection to a database', () => {
  const SEARCH_PATH = `SELECT current_setting('search_path') AS path, current_setting('work_mem') AS memory`

  test('searches pg_catalog alone, whatever the address and the settings of the user say', async () => {
    const url = new URL(await temporaryDatabase())
    await execute(url.href, `ALTER DATABASE ${url.pathname.slice(1)} SET search_path = public`)
    url.searchParams.set('options', '-c search_path=public -c work_mem=2MB')
    const database = openDatabase(url.href)
    onTestFinished(() => database.close())
    const connection = await database.connect()
    onTestFinished(() => connection.close())
    for (const queries of [database, connection]) {
      expect(await queries.query(SEARCH_PATH)).toEqual([{ path: 'pg_catalog', memory: '2MB' }])
    }
  })
})

describe.skipIf(POSTGRES_URL === undefined)('a database with another encoding than UTF8', () => {
  test('is refused by a build, which says how to create one', async () => {
    const url = await temporaryDatabase(onTestFinished, LATIN1)
    await expect(storageAt(url).beginBuild()).rejects.toMatchObject({
      code: 'setting-invalid',
      message: expect.stringMatching(/encoding LATIN1.*CREATE DATABASE footnote ENCODING 'UTF8'/),
    })
  })
})
