import { indexRecipe } from '../index/recipe.ts'
import { embeddedStorage } from '../index/storage/embedded/embedded-storage.ts'
import type { IndexStorage } from '../index/storage/storage.ts'
import type { Config } from './config.ts'

/** The index storage in `indexDir`. */
export function storageOf({
  indexDir,
  inference,
}: Pick<Config, 'indexDir' | 'inference'>): IndexStorage {
  return embeddedStorage({ indexDir, recipe: () => indexRecipe(inference) })
}
