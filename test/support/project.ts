import { fileURLToPath } from 'node:url'
import { buildIndex, type BuildOptions, type BuildResult } from '../../index/build.ts'
import { indexFingerprint } from '../../index/fingerprint.ts'
import type { Inference } from '../../index/inference/inference.ts'
import { openStore } from '../../index/storage/embedded/sqlite-store.ts'
import type { Store } from '../../index/storage/storage.ts'
import { readConfig } from '../../server/config.ts'

/** The project's own folder. */
export const PROJECT = fileURLToPath(new URL('../..', import.meta.url))

/** The models that ship, with one process. */
export const MODELS = readConfig({}).inference

/** Builds an index of a folder with the given models. */
export function build(
  documentsDir: string,
  indexDir: string,
  inference: Inference,
  options: Partial<BuildOptions> = {},
): Promise<BuildResult> {
  return buildIndex({
    documentsDir,
    indexDir,
    models: MODELS,
    inference: async () => inference,
    ...options,
  })
}

/** Opens what was built with {@link build}. */
export async function open(indexDir: string): Promise<Store> {
  return openStore(indexDir, await indexFingerprint(MODELS))
}
