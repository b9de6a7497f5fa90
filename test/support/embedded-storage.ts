import { embeddedStorage } from '../../index/storage/embedded/embedded-storage.ts'
import type { IndexStorage } from '../../index/storage/storage.ts'

/** The embedded storage in a folder, for indexes made by a recipe. */
export function storageAt(indexDir: string, recipe: string): IndexStorage {
  return embeddedStorage({ indexDir, recipe: async () => recipe })
}
