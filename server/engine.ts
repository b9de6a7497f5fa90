import { type DatabaseWatcher, openDatabase } from '../index/postgres/database.ts'
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
  'indexDir' | 'dataDir' | 'inference' | 'conversationTtlMs' | 'maxTurns'
>

/** The engine that the settings choose. It opens nothing yet. `watcher` is told how a database goes. */
export function engineOf(
  config: EngineConfig & Pick<Config, 'databaseUrl'>,
  watcher?: DatabaseWatcher,
): Engine {
  const { databaseUrl } = config
  return databaseUrl === null
    ? embeddedEngine(config)
    : postgresEngine({ ...config, databaseUrl }, watcher)
}

/** Files in the folders of the settings. */
export function embeddedEngine(config: EngineConfig): Engine {
  const { indexDir, inference } = config
  return {
    storage: embeddedStorage({ indexDir, recipe: () => indexRecipe(inference) }),
    openState: () => openEmbeddedState({ ...config, legacyDir: indexDir }),
    close: async () => {},
  }
}

/** A PostgreSQL database, which several servers share. */
export function postgresEngine(
  config: EngineConfig & { readonly databaseUrl: string },
  watcher?: DatabaseWatcher,
): Engine {
  const { databaseUrl, inference } = config
  const database = openDatabase(databaseUrl, watcher && { watcher })
  return {
    storage: postgresStorage({ database, recipe: () => indexRecipe(inference) }),
    openState: () => openPostgresState(database, config),
    close: () => database.close(),
  }
}
