import { type BuildProgress, buildIndex, type BuildResult } from '../index/build.ts'
import type { Inference } from '../index/inference/inference.ts'
import type { Config } from '../server/config.ts'
import { engineOf } from '../server/engine.ts'
import { showProgress } from './progress.ts'

/** Brings the index up to date as the settings say, and shows the progress. `force` builds everything anew. */
export async function buildWithProgress(
  config: Config,
  inference: () => Promise<Inference>,
  { force = false } = {},
): Promise<BuildResult> {
  const engine = engineOf(config)
  const progress = showBuildProgress()
  const onProgress = progress.update
  try {
    return await buildIndex({
      documentsDir: config.documentsDir,
      storage: engine.storage,
      models: config.inference,
      inference,
      force,
      onProgress,
    })
  } finally {
    progress.stop()
    await engine.close()
  }
}

/** Shows the progress of a build, on standard error; nothing before the first `update`. */
export function showBuildProgress(): {
  readonly update: (progress: BuildProgress) => void
  readonly stop: () => void
} {
  const { update, stop } = showProgress('Indexed', 'kB')
  return {
    update: ({ doneBytes, totalBytes }) =>
      update({ done: kilobytes(doneBytes), total: kilobytes(totalBytes) }),
    stop,
  }
}

function kilobytes(bytes: number): number {
  return Math.ceil(bytes / 1000)
}

/** Calls `start` at the first `get`; `close` closes the result, or does nothing if it was never started. */
export function lazily<T extends { close(): Promise<void> }>(start: () => Promise<T>) {
  let started: Promise<T> | undefined
  return {
    get: () => (started ??= start()),
    close: async () => (await started?.catch(() => null))?.close(),
  }
}
