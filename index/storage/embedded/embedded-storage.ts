import { unwatchFile, watchFile } from 'node:fs'
import { fingerprintOf } from '../fingerprint.ts'
import type { IndexStorage } from '../storage.ts'
import { pointerFile, servedGenerationId } from './generations.ts'
import { openServed, type TrustedGeneration } from './open-generation.ts'
import { beginBuild } from './sqlite-build.ts'
import { SCHEMA_VERSION } from './sqlite-schema.ts'

export interface EmbeddedStorageOptions {
  /** The folder of the index, which the first build creates. */
  readonly indexDir: string
  /** Describes everything but the tables that an index is made with. An index with another recipe is stale. */
  readonly recipe: () => Promise<string>
  /**
   * Whether the nearest sentences are found by comparing each with the question's vector, rather than by the graph. It shows what
   * the graph misses, and takes time in proportion to the sentences: 20 ms for 5,000. Default: false.
   */
  readonly exactSearch?: boolean
}

/** How often the pointer file is checked, in ms. It is polled because file events miss renames on some systems. */
const POLL_MS = 1000

/** Keeps an index in a folder on this machine: a SQLite database, and an HNSW graph derived from it. */
export function embeddedStorage({
  indexDir,
  recipe,
  exactSearch = false,
}: EmbeddedStorageOptions): IndexStorage {
  // The generation whose database a build last verified against its digest, or wrote.
  let trusted: TrustedGeneration | null = null
  let computed: Promise<string> | undefined
  const fingerprint = () => (computed ??= fingerprintOf(SCHEMA_VERSION, recipe))
  return {
    open: async () => {
      const options = { indexDir, fingerprint: await fingerprint(), trusted, exactSearch }
      // Its graph is read now. Whoever reads it later looks again.
      if (trusted) trusted = { ...trusted, areVectorsSound: null }
      return openServed(options)
    },
    served: () => servedGenerationId(indexDir),
    watch: (listener) => {
      const pointer = pointerFile(indexDir)
      const onChange = () => listener()
      watchFile(pointer, { interval: POLL_MS, persistent: false }, onChange)
      return () => unwatchFile(pointer, onChange)
    },
    beginBuild: async ({ force = false, isOpenedNext = false } = {}) =>
      beginBuild({
        indexDir,
        fingerprint: await fingerprint(),
        force,
        isOpenedNext,
        onTrusted: (generation) => {
          trusted = generation
        },
      }),
  }
}
