import { FootnoteError } from './errors.ts'
import { DatabaseError } from './postgres/postgres-errors.ts'
import type { IndexStorage, Store } from './storage/storage.ts'

export interface LiveIndexOptions {
  readonly storage: IndexStorage
  /**
   * Called with each generation that is served after the first one, and with the error where the published one cannot be opened,
   * unless the database fails. The same error is reported once.
   */
  readonly onChange: (change: { generation: string } | { error: unknown }) => void
}

/** The index of a running server. It changes to each new generation without dropping a question. */
export interface LiveIndex {
  /** The generation that is served now. */
  readonly generation: string
  /** Whether that generation was found damaged or removed. It is opened again until that succeeds or another one is published. */
  isDamaged(): boolean
  /**
   * Runs `work` on the generation that is served now, which stays open until `work` has ended. Throws what `work` throws;
   * that is `index-corrupt` where the generation was damaged after it was opened, and `index-replaced` where it was removed.
   */
  use<T>(work: (store: Store) => Promise<T>): Promise<T>
  /** Opens the generation that was published last, without waiting until the storage reports it. */
  refresh(): Promise<void>
  close(): Promise<void>
}

/** How long after a failure of the database the published generation is opened again, in ms. */
const DATABASE_RETRY_MS = 1000

/** The same after any other failure, in ms. It is longer, because opening an embedded index reads all of it. */
const RETRY_MS = 10_000

/** Opens the index, and opens each generation that is published later. Throws what `IndexStorage.open` throws. */
export async function openLiveIndex({ storage, onChange }: LiveIndexOptions): Promise<LiveIndex> {
  let current = sharedStore(await storage.open())
  let changing = Promise.resolve()
  let retry: NodeJS.Timeout | undefined
  /** The message of the last error that was reported. */
  let reported = ''
  let isClosed = false

  const openServed = async () => {
    try {
      // The same generation is not opened twice: that costs time and memory which grow with the index.
      if (!current.isDamaged && (await storage.served()) === current.store.generation) return
      const previous = current
      current = sharedStore(await storage.open())
      reported = ''
      onChange({ generation: current.store.generation })
      await previous.release()
    } catch (error) {
      // The storage reports a generation once. One that could not be opened then would never be served.
      openLater(error instanceof DatabaseError ? DATABASE_RETRY_MS : RETRY_MS)
      if (!(error instanceof DatabaseError)) report(error)
    }
  }
  const openLater = (ms: number) => {
    clearTimeout(retry)
    if (isClosed) return
    retry = setTimeout(() => void onPublished(), ms).unref()
  }
  const report = (error: unknown) => {
    if (String(error) === reported) return
    reported = String(error)
    onChange({ error })
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
        if (isUnreadable(error) && !held.isDamaged) {
          held.isDamaged = true
          // The cause may pass: a database is restored, or a server takes over that has all tables.
          openLater(RETRY_MS)
        }
        throw error
      } finally {
        await held.release()
      }
    },
    refresh: onPublished,
    async close() {
      isClosed = true
      stopWatching()
      await changing
      clearTimeout(retry)
      await current.release()
    },
  }
}

function isUnreadable(error: unknown): boolean {
  return (
    error instanceof FootnoteError &&
    (error.code === 'index-corrupt' || error.code === 'index-replaced')
  )
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
