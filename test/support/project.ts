import { fileURLToPath } from 'node:url'
import { buildIndex, type BuildOptions, type BuildResult } from '../../index/build.ts'
import type { Inference } from '../../index/inference/inference.ts'
import type { IndexStorage, Store } from '../../index/storage/storage.ts'
import { readConfig } from '../../server/config.ts'
import { embeddedEngine } from '../../server/engine.ts'

/** The project's own folder. */
export const PROJECT = fileURLToPath(new URL('../..', import.meta.url))

/** The models that ship, with one process. */
export const MODELS = readConfig({}).inference

/** The embedded storage in a folder, for an index made with the models that ship. */
export function storageIn(indexDir: string): IndexStorage {
  return embeddedEngine({ ...readConfig({}), indexDir }).storage
}

/** Builds an index of a folder with the given models. */
export function build(
  documentsDir: string,
  indexDir: string,
  inference: Inference,
  options: Partial<BuildOptions> = {},
): Promise<BuildResult> {
  return buildIndex({
    documentsDir,
    storage: storageIn(indexDir),
    models: MODELS,
    inference: async () => inference,
    ...options,
  })
}

/** Opens what was built with {@link build}. */
export async function open(indexDir: string): Promise<Store> {
  return storageIn(indexDir).open()
}
