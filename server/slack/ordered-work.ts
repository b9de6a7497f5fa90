/** Runs work in the background. */
export interface OrderedWork {
  /** How many pieces of work are not finished. */
  readonly waiting: number
  /**
   * Adds work. Work with the same key runs in the order in which it was added; other work runs at
   * the same time.
   */
  add(key: string, work: () => Promise<void>): void
  /** Resolves when no work is left. */
  idle(): Promise<void>
}

/**
 * Creates a queue. Work that rejects is reported to `onError`, and the work after it runs all the
 * same.
 */
export function orderedWork(onError: (error: unknown) => void): OrderedWork {
  const lastByKey = new Map<string, Promise<void>>()
  let waiting = 0
  const runAfter = async (previous: Promise<void> | undefined, work: () => Promise<void>) => {
    await previous
    try {
      await work()
    } catch (error) {
      onError(error)
    } finally {
      waiting -= 1
    }
  }
  return {
    get waiting() {
      return waiting
    },
    add: (key, work) => {
      waiting += 1
      const running = runAfter(lastByKey.get(key), work).finally(() => {
        if (lastByKey.get(key) === running) lastByKey.delete(key)
      })
      lastByKey.set(key, running)
    },
    idle: async () => {
      while (lastByKey.size > 0) await Promise.all(lastByKey.values())
    },
  }
}
