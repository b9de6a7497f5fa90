import { buildIndex, type BuildResult } from '../index/build.ts'
import type { Inference } from '../index/inference/inference.ts'
import type { Config } from '../server/config.ts'
import { storageOf } from '../server/storage.ts'
import { showProgress } from './command-line.ts'

/** Brings the index up to date as the settings say, showing how far it is. */
export async function buildWithProgress(
  config: Config,
  inference: () => Promise<Inference>,
  { force = false, storage = storageOf(config) } = {},
): Promise<BuildResult> {
  const progress = showProgress('Indexed', 'kB')
  try {
    return await buildIndex({
      documentsDir: config.documentsDir,
      storage,
      models: config.inference,
      inference,
      force,
      onProgress: ({ done, total }) =>
        progress.update({ done: kilobytes(done), total: kilobytes(total) }),
    })
  } finally {
    progress.stop()
  }
}

function kilobytes(bytes: number): number {
  return Math.ceil(bytes / 1000)
}

/** Starts something at its first use, and closes it if it was ever started. */
export function lazily<T extends { close(): Promise<void> }>(start: () => Promise<T>) {
  let started: Promise<T> | undefined
  return {
    get: () => (started ??= start()),
    close: async () => (await started?.catch(() => null))?.close(),
  }
}
