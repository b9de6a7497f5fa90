import { isDeepStrictEqual } from 'node:util'
import { readDocument } from './storage/read-document.ts'
import type { IndexStorage, Store, StoreBuild } from './storage/storage.ts'

export interface CopyOptions {
  /** Its published generation is copied. */
  readonly from: IndexStorage
  readonly to: IndexStorage
  /** Called before the first document and after each, with numbers of documents. Never where all are there already. */
  readonly onProgress?: (progress: { done: number; total: number }) => void
}

export interface CopyResult {
  /** Whether a new generation is served; false where everything was there already. */
  readonly published: boolean
  /** Documents that are in both now. */
  readonly documents: number
  /** Documents that were not there, or were older or newer. */
  readonly copied: number
  /** Documents that only the index before had. */
  readonly removed: number
}

/**
 * Makes an index the same as another one, and publishes it. The vectors are copied too, so no model is needed. A document that is
 * there with the same hash is not copied again, and a copy that was interrupted goes on. Throws what `IndexStorage.open` throws of
 * the one, such as `index-missing` and `index-stale`, and what `IndexStorage.beginBuild` and the build throw of the other, such as
 * `build-running`.
 */
export async function copyIndex({ from, to, onProgress }: CopyOptions): Promise<CopyResult> {
  const store = await from.open()
  try {
    const build = await to.beginBuild()
    try {
      return await copyInto(build, store, onProgress)
    } finally {
      await build.close()
    }
  } finally {
    await store.close()
  }
}

async function copyInto(
  build: StoreBuild,
  store: Store,
  onProgress: CopyOptions['onProgress'],
): Promise<CopyResult> {
  const sources = await store.sources()
  const before = await build.sources()
  const removed = [...before.keys()].filter((id) => !sources.has(id))
  if (removed.length > 0) await build.remove(removed)
  const missing = [...sources].filter(
    ([id, { file, hash }]) => before.get(id)?.hash !== hash || before.get(id)?.file !== file,
  )
  const total = missing.length
  if (total > 0) onProgress?.({ done: 0, total })
  for (const [i, [id, source]] of missing.entries()) {
    const { document, vectors } = await readDocument(id, source, store)
    await build.put(document, vectors)
    onProgress?.({ done: i + 1, total })
  }
  const problems = await store.problems()
  if (!isDeepStrictEqual(problems, await build.problems())) await build.putProblems(problems)
  const published = build.changed
  if (published) await build.publish()
  return { published, documents: sources.size, copied: total, removed: removed.length }
}
