import { FootnoteError } from './errors.ts'
import { DatabaseError } from './postgres/postgres-errors.ts'
import type { IndexStorage, Store } from './storage/storage.ts'

export interface LiveIndexOptions {
  readonly storage: IndexStorage
  /** Called with each generation that is served after the first one, and with the error of each that cannot be opened, unless the database fails. */
  readonly onChange: (change: { generation: string } | { error: unknown }) => void
}

/** The index of a running server. It changes to each new generation without dropping a question. */
export interface LiveIndex {
  /** The generation that is served now. */
  readonly generation: string
  /** Whether that generation was found damaged. It is served no more once the next one is published. */
  isDamaged(): boolean
  /**
   * Runs `work` on the generation that is served now, which stays open until `work` has ended. Throws what `work` throws;
   * that is `index-corrupt` where the generation was damaged after it was opened.
   */
  use<T>(work: (store: Store) => Promise<T>): Promise<T>
  /** Opens the generation that was published last, without waiting until the storage reports it. */
  refresh(): Promise<void>
  close(): Promise<void>
}

/** How long after a failure of the database the published generation is opened again, in ms. */
const RETRY_MS = 1000

/** Opens the index, and opens each generation that is published later. Throws what `IndexStorage.open` throws. */
export async function openLiveIndex({ storage, onChange }: LiveIndexOptions): Promise<LiveIndex> {
  let current = sharedStore(await storage.open())
  let changing = Promise.resolve()
  let retry: NodeJS.Timeout | undefined

  const openServed = async () => {
    try {
      // The same generation is not opened twice: that costs time and memory which grow with the index.
      if ((await storage.served()) === current.store.generation) return
      const previous = current
      current = sharedStore(await storage.open())
      onChange({ generation: current.store.generation })
      await previous.release()
    } catch (error) {
      // The storage reports a generation once, so that one which came while the database was away would never be served.
      if (error instanceof DatabaseError) {
        clearTimeout(retry)
        retry = setTimeout(() => void onPublished(), RETRY_MS).unref()
      } else onChange({ error })
    }
  }
  const onPublished = () => {
    changing = changing.then(openServed)
    return changing
  }
  const stopWatching = storage.watch(() => void onPublished())
  // A generation may have been published after the opening and before the watching.
  void onPublished()

  return {
    get generation() {
      return current.store.generation
    },
    isDamaged: () => current.isDamaged,
    async use(work) {
      const held = current
      held.acquire()
      try {
        return await work(held.store)
      } catch (error) {
        held.isDamaged ||= error instanceof FootnoteError && error.code === 'index-corrupt'
        throw error
      } finally {
        await held.release()
      }
    },
    refresh: onPublished,
    async close() {
      stopWatching()
      await changing
      clearTimeout(retry)
      await current.release()
    },
  }
}

/** A store with a count of its users. The opener is the first one. It closes when the last one has released it. */
function sharedStore(store: Store) {
  let users = 1
  return {
    store,
    isDamaged: false,
    acquire: () => {
      users += 1
    },
    release: async () => {
      users -= 1
      if (users === 0) await store.close()
    },
  }
}
