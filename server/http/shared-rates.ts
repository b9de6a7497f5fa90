import { MemoryStore, type Store } from 'hono-rate-limiter'
import { FootnoteError } from '../../index/errors.ts'
import type { RequestCounts } from '../state/state.ts'

/**
 * Counts the requests to a path where all servers count them together. Counts them in this process if each server counts alone,
 * until everything is loaded, and while the shared counts cannot be written. `find` gives the shared counts; null where there are none.
 */
export function sharedRates(
  path: string,
  windowMs: number,
  find: () => RequestCounts | null,
): Store {
  const own = new MemoryStore()
  return {
    init: (options) => own.init(options),
    increment: async (client) => {
      const shared = find()
      if (!shared) return own.increment(client)
      try {
        const { requests, endsAtMs } = await shared.count(`${path} ${client}`, windowMs)
        return { totalHits: requests, resetTime: new Date(endsAtMs) }
      } catch (error) {
        // Documents can still be read from a database that cannot be written. One that does not answer would be waited for twice.
        if (error instanceof FootnoteError && error.code !== 'database-unavailable') {
          return own.increment(client)
        }
        throw error
      }
    },
    // The limiter calls these for requests that do not count. All requests count.
    decrement: (client) => own.decrement(client),
    resetKey: (client) => own.resetKey(client),
  }
}
