import { setTimeout } from 'node:timers/promises'
import { FootnoteError } from '../../errors.ts'
import type { Connection, Queries } from '../../postgres/database.ts'

/** The key of the advisory lock that the builder of a database holds: "Footnote" in ASCII. */
const BUILD_LOCK = BigInt(`0x${Buffer.from('Footnote').toString('hex')}`).toString()

/** How long a build waits for the lock, in ms: the database notices within a second that a builder was killed. */
const WAIT_MS = 2000
const RETRY_MS = 100

/**
 * How the database finds out that the builder is gone, so that its lock does not outlive it: by looking at the connection while a
 * statement runs, and by asking the builder's machine whether it is still there.
 */
const NOTICE_LOSS = [
  "SET client_connection_check_interval = '1s'",
  'SET tcp_keepalives_idle = 10',
  'SET tcp_keepalives_interval = 5',
  'SET tcp_keepalives_count = 3',
]

/**
 * Locks the index against other builds, for as long as the connection lasts. Throws `build-running` if another build holds the
 * lock.
 */
export async function lockForBuild(connection: Queries): Promise<void> {
  for (const setting of NOTICE_LOSS) await connection.query(setting)
  const deadline = performance.now() + WAIT_MS
  for (;;) {
    const [lock] = await connection.query<{ held: boolean }>(
      'SELECT pg_try_advisory_lock($1) AS held',
      [BUILD_LOCK],
    )
    if (lock?.held) return
    if (performance.now() > deadline) {
      throw new FootnoteError(
        'build-running',
        'Another build of the index in the database is running. Try again when it has ended.',
      )
    }
    await setTimeout(RETRY_MS)
  }
}

/** Releases the lock. */
export async function unlock(connection: Connection): Promise<void> {
  await connection.queryBriefly('SELECT pg_advisory_unlock($1)', [BUILD_LOCK])
}
