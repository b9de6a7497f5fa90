import { createHash } from 'node:crypto'
import { unwatchFile, watchFile } from 'node:fs'
import type { IndexStorage } from '../storage.ts'
import { pointerFile, servedGenerationId } from './generations.ts'
import { openServed } from './open-generation.ts'
import { beginBuild } from './sqlite-build.ts'
import { SCHEMA_VERSION } from './sqlite-schema.ts'

export interface EmbeddedStorageOptions {
  /** Made by the first build. */
  readonly indexDir: string
  /** Gives what an index is made with, besides the tables: an index that was made with anything else is stale. */
  readonly recipe: () => Promise<string>
}

/** How often the pointer file is looked at, in ms: watching by events misses renames on some systems. */
const POLL_MS = 1000

/** An index in a folder of this machine: SQLite, and an HNSW graph that is derived from it. */
export function embeddedStorage({ indexDir, recipe }: EmbeddedStorageOptions): IndexStorage {
  // The id of a generation whose database a build of this storage has written, or compared with its digest.
  let trusted: string | null = null
  let computed: Promise<string> | undefined
  const fingerprint = () => (computed ??= fingerprintOf(recipe))
  return {
    open: async () => openServed({ indexDir, fingerprint: await fingerprint(), trusted }),
    served: () => servedGenerationId(indexDir),
    watch: (listener) => {
      const pointer = pointerFile(indexDir)
      const onChange = () => listener()
      watchFile(pointer, { interval: POLL_MS, persistent: false }, onChange)
      return () => unwatchFile(pointer, onChange)
    },
    beginBuild: async ({ force = false } = {}) =>
      beginBuild({
        indexDir,
        fingerprint: await fingerprint(),
        force,
        onTrusted: (generation) => {
          trusted = generation
        },
      }),
  }
}

async function fingerprintOf(recipe: () => Promise<string>): Promise<string> {
  return createHash('sha256')
    .update(JSON.stringify([SCHEMA_VERSION, await recipe()]))
    .digest('hex')
}
