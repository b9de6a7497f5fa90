import type { DatabaseWatcher } from '../index/postgres/watched-database.ts'
import type { ErrorCode } from '../index/errors.ts'
import type { Log } from './log.ts'

/** After so long without a failure, an outage has ended, in ms: a database that is full, or takes few connections, fails now and then. */
const QUIET_MS = 5000

/**
 * Logs when the database begins to fail in some way, with what to do about it, and when it works again: once for each outage, and
 * not once for each request.
 */
export function outageLog(log: Log): DatabaseWatcher {
  const lastFailure = new Map<ErrorCode, number>()
  return {
    failed: (error) => {
      if (!lastFailure.has(error.code)) log.error({ code: error.code }, error.message)
      lastFailure.set(error.code, Date.now())
    },
    worked: () => {
      for (const [code, failedAt] of lastFailure) {
        if (Date.now() - failedAt < QUIET_MS) continue
        lastFailure.delete(code)
        log.info({ code }, 'the database works again')
      }
    },
  }
}
