import { unwatchFile, watchFile } from 'node:fs'
import { corrupt, pointerFile, servedContent, SQLITE_FILE } from './storage/embedded/generations.ts'
import { isDamage } from './storage/embedded/sqlite-errors.ts'
import type { Store } from './storage/storage.ts'

export interface LiveIndexOptions {
  readonly indexDir: string
  /** Opens the generation that is served now. */
  readonly open: () => Promise<Store>
  /** Told of each generation that was taken up after the first, and of each that could not be. */
  readonly onChange: (change: { generation: string } | { error: unknown }) => void
}

/** The index of a running server: it takes up each new generation without dropping a question. */
export interface LiveIndex {
  /** Of the store that is served now. */
  readonly generation: string
  /** Whether the generation that is served now was found damaged; another one, once it is built, is taken up. */
  isDamaged(): boolean
  /**
   * Runs `work` on the generation that is served now, which stays open until `work` has ended. Throws `index-corrupt`
   * where that is damaged under the server's feet, and what `work` throws.
   */
  use<T>(work: (store: Store) => Promise<T>): Promise<T>
  close(): Promise<void>
}

/** How often the pointer file is looked at, in ms: watching by events misses renames on some systems. */
const POLL = 1000

/** Opens the index, and follows it from then on. Throws what `open` throws. */
export async function openLiveIndex(options: LiveIndexOptions): Promise<LiveIndex> {
  const { indexDir, open, onChange } = options
  const pointer = pointerFile(indexDir)
  let current = lease(await open())
  let changing = Promise.resolve()

  const takeUp = async () => {
    try {
      // Opening it costs time and memory that grow with the index.
      if ((await servedContent(indexDir)) === current.store.generation) return
      const previous = current
      current = lease(await open())
      onChange({ generation: current.store.generation })
      await previous.release()
    } catch (error) {
      onChange({ error })
    }
  }
  const watcher = () => {
    changing = changing.then(takeUp)
  }
  watchFile(pointer, { interval: POLL, persistent: false }, watcher)
  // What was published between the opening and the watching.
  watcher()

  return {
    get generation() {
      return current.store.generation
    },
    isDamaged: () => current.isDamaged,
    async use(work) {
      const held = current
      held.take()
      try {
        return await work(held.store)
      } catch (error) {
        if (!isDamage(error)) throw error
        held.isDamaged = true
        throw corrupt(indexDir, `${SQLITE_FILE} is not as it was written`, error)
      } finally {
        await held.release()
      }
    },
    async close() {
      unwatchFile(pointer, watcher)
      await changing
      await current.release()
    },
  }
}

/** A store that closes when the last of its users has let go of it, the opener included. */
function lease(store: Store) {
  let users = 1
  return {
    store,
    isDamaged: false,
    take: () => {
      users += 1
    },
    release: async () => {
      users -= 1
      if (users === 0) await store.close()
    },
  }
}
