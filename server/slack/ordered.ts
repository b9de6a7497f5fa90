/** Work in the background. */
export interface OrderedWork {
  /** How much of it is not done yet. */
  readonly waiting: number
  /** Does what has the same key one after the other in the order that it came, all else side by side. */
  add(key: string, work: () => Promise<void>): void
  /** Resolves when nothing is left to do. */
  idle(): Promise<void>
}

/** Makes it; what rejects is told to `onError`, and holds nothing up. */
export function orderedWork(onError: (error: unknown) => void): OrderedWork {
  const last = new Map<string, Promise<void>>()
  let waiting = 0
  const run = async (before: Promise<void> | undefined, work: () => Promise<void>) => {
    await before
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
      const running = run(last.get(key), work).finally(() => {
        if (last.get(key) === running) last.delete(key)
      })
      last.set(key, running)
    },
    idle: async () => {
      while (last.size > 0) await Promise.all(last.values())
    },
  }
}
