import { openDatabase } from '../index/postgres/database.ts'
import { type DatabaseWatcher, watchedDatabase } from '../index/postgres/watched-database.ts'
import { indexRecipe } from '../index/recipe.ts'
import { embeddedStorage } from '../index/storage/embedded/embedded-storage.ts'
import { postgresStorage } from '../index/storage/postgres/postgres-storage.ts'
import type { IndexStorage } from '../index/storage/storage.ts'
import type { Config } from './config.ts'
import { openEmbeddedState } from './state/embedded/embedded-state.ts'
import { openPostgresState } from './state/postgres/postgres-state.ts'
import type { State } from './state/state.ts'

/** Where an index and what people said are kept. */
export interface Engine {
  readonly storage: IndexStorage
  /** Opens what people said. Rejects with an error that says what is wrong with it. */
  openState(): Promise<State>
  /** Releases what the storage and the states share. They must be closed before. */
  close(): Promise<void>
}

type EngineConfig = Pick<
  Config,
  'indexDir' | 'dataDir' | 'inference' | 'conversationTtlMs' | 'keepQuestionsMs' | 'maxTurns'
>

export interface EngineOptions {
  /** Whether a question is compared with every sentence. See `EmbeddedStorageOptions.exactSearch`. Default: false. */
  readonly exactSearch?: boolean
  /** Is told how a database goes. */
  readonly watcher?: DatabaseWatcher
}

/** The engine that the settings choose. It opens nothing yet. */
export function engineOf(
  config: EngineConfig & Pick<Config, 'databaseUrl'>,
  options: EngineOptions = {},
): Engine {
  const { databaseUrl } = config
  return databaseUrl === null
    ? embeddedEngine(config, options)
    : postgresEngine({ ...config, databaseUrl }, options)
}

/** Files in the folders of the settings. */
export function embeddedEngine(
  config: EngineConfig,
  { exactSearch = false }: EngineOptions = {},
): Engine {
  const { indexDir, inference } = config
  return {
    storage: embeddedStorage({ indexDir, recipe: () => indexRecipe(inference), exactSearch }),
    openState: () => openEmbeddedState({ ...config, legacyDir: indexDir }),
    close: async () => {},
  }
}

/** A PostgreSQL database, which several servers share. */
export function postgresEngine(
  config: EngineConfig & { readonly databaseUrl: string },
  { exactSearch = false, watcher }: EngineOptions = {},
): Engine {
  const { databaseUrl, inference } = config
  const database = openDatabase(databaseUrl)
  return {
    storage: postgresStorage({
      database: watcher ? watchedDatabase(database, readersOnly(watcher)) : database,
      recipe: () => indexRecipe(inference),
      exactSearch,
    }),
    openState: () => openPostgresState(database, config, watcher),
    close: () => database.close(),
  }
}

/** Is not told of a missing right: whoever reads the index needs none to write, and says which one to read is missing. */
function readersOnly({ worked, failed }: DatabaseWatcher): DatabaseWatcher {
  return {
    worked,
    failed: (error) => {
      if (error.code !== 'storage-unwritable') failed(error)
    },
  }
}
