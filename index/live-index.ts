import { FootnoteError } from './errors.ts'
import type { IndexStorage, Store } from './storage/storage.ts'

export interface LiveIndexOptions {
  readonly storage: IndexStorage
  /** Told of each generation that was taken up after the first, and of each that could not be. */
  readonly onChange: (change: { generation: string } | { error: unknown }) => void
}

/** The index of a running server: it takes up each new generation without dropping a question. */
export interface LiveIndex {
  /** The generation that is served now. */
  readonly generation: string
  /** Whether that generation was found damaged; the next one, once it is built, is taken up. */
  isDamaged(): boolean
  /**
   * Runs `work` on the generation that is served now, which stays open until `work` has ended. Throws what `work` throws;
   * that is `index-corrupt` where the generation was damaged after it was opened.
   */
  use<T>(work: (store: Store) => Promise<T>): Promise<T>
  close(): Promise<void>
}

/** Opens the index, and follows it from then on. Throws what `IndexStorage.open` throws. */
export async function openLiveIndex({ storage, onChange }: LiveIndexOptions): Promise<LiveIndex> {
  let current = lease(await storage.open())
  let changing = Promise.resolve()

  const takeUp = async () => {
    try {
      // Opening a generation costs time and memory that grow with the index, so that the same one is not opened again.
      if ((await storage.served()) === current.store.generation) return
      const previous = current
      current = lease(await storage.open())
      onChange({ generation: current.store.generation })
      await previous.release()
    } catch (error) {
      onChange({ error })
    }
  }
  const onPublished = () => {
    changing = changing.then(takeUp)
  }
  const stopWatching = storage.watch(onPublished)
  // Another generation may have been published between the opening and the watching.
  onPublished()

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
        held.isDamaged ||= error instanceof FootnoteError && error.code === 'index-corrupt'
        throw error
      } finally {
        await held.release()
      }
    },
    async close() {
      stopWatching()
      await changing
      await current.release()
    },
  }
}

/** A store that closes when the last of its users has released it, the opener included. */
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
