import { FootnoteError } from '../../errors.ts'
import type { Database } from '../../postgres/database.ts'
import { fingerprintOf } from '../fingerprint.ts'
import type { IndexStorage } from '../storage.ts'
import { PUBLISHED_TABLES, SCHEMA_VERSION, schemaOf } from './generation-tables.ts'
import { generationId, servedGeneration } from './generations.ts'
import { corrupt, readingError } from './index-errors.ts'
import { readLanguages } from './languages.ts'
import { findPgvector } from './pgvector.ts'
import { beginBuild } from './postgres-build.ts'
import { PostgresStore } from './postgres-store.ts'
import { watchGenerations } from './watch-generations.ts'

export interface PostgresStorageOptions {
  /** Where the index is. Its caller closes it, after the stores and the builds. */
  readonly database: Database
  /** Describes everything but the tables that an index is made with. An index with another recipe is stale. */
  readonly recipe: () => Promise<string>
  /** Whether every search for vectors compares each sentence, for comparisons. Default: the graph is searched, which misses some. */
  readonly exactSearch?: boolean
}

/** Keeps an index in a PostgreSQL database with pgvector, for several servers. */
export function postgresStorage({
  database,
  recipe,
  exactSearch = false,
}: PostgresStorageOptions): IndexStorage {
  let computed: Promise<string> | undefined
  const fingerprint = () => (computed ??= fingerprintOf(SCHEMA_VERSION, recipe))
  const served = async () => {
    const generation = await servedGeneration(database, await fingerprint())
    return generation && generationId(generation)
  }
  return {
    open: async () => openServed(database, await fingerprint(), exactSearch).catch(explain),
    served: () => served().catch(explain),
    watch: (listener) => watchGenerations(served, listener),
    beginBuild: async ({ force = false } = {}) =>
      beginBuild({ database, fingerprint: await fingerprint(), force }),
  }
}

async function openServed(
  database: Database,
  fingerprint: string,
  exactSearch: boolean,
): Promise<PostgresStore> {
  const generation = await servedGeneration(database, fingerprint)
  if (!generation) {
    throw new FootnoteError(
      'index-missing',
      'There is no index in the database yet. Build it with "npm run build-index".',
    )
  }
  if (generation.fingerprint !== fingerprint) {
    throw new FootnoteError(
      'index-stale',
      'The index in the database was made with other models, or by another version. Bring it up to date with "npm run build-index".',
    )
  }
  const schema = schemaOf(generation.number)
  await checkTables(database, schema)
  const pgvector = await findPgvector(database)
  if (!pgvector) throw corrupt('the extension pgvector was dropped')
  const languages = await readLanguages(database, schema, null, null)
  return new PostgresStore({ database, pgvector, generation, languages, exactSearch })
}

async function checkTables(database: Database, schema: string): Promise<void> {
  const rows = await database.query<{ name: string }>(
    'SELECT tablename AS name FROM pg_tables WHERE schemaname = $1',
    [schema],
  )
  const found = new Set(rows.map(({ name }) => name))
  const missing = PUBLISHED_TABLES.filter((name) => !found.has(name))
  if (missing.length > 0) throw corrupt(`the schema ${schema} lacks ${missing.join(', ')}`)
}

function explain(error: unknown): never {
  throw readingError(error)
}
