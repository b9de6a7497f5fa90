import { MemoryStore, type Store } from 'hono-rate-limiter'
import type { RequestCounts } from '../state/state.ts'

/**
 * Counts the requests to a path where all servers count them together, or in this process if each server counts alone, and until
 * everything is loaded. `find` gives the shared counts; null where there are none.
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
      const { requests, endsAtMs } = await shared.count(`${path} ${client}`, windowMs)
      return { totalHits: requests, resetTime: new Date(endsAtMs) }
    },
    // The limiter calls these for requests that do not count. All requests count.
    decrement: (client) => own.decrement(client),
    resetKey: (client) => own.resetKey(client),
  }
}
