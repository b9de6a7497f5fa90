import { setTimeout } from 'node:timers/promises'
import { FootnoteError } from '../../../index/errors.ts'
import type { Database } from '../../../index/postgres/database.ts'
import type { ConversationLimits, State } from '../state.ts'
import { conversationsIn } from './conversations.ts'
import { feedbackIn } from './feedback.ts'
import { requestCountsIn } from './request-counts.ts'
import { slackStoreIn } from './slack-store.ts'
import { migrateTables } from './tables.ts'
import { DAY_MS, PLACE_TTL_MS, UNHANDLED_TTL_MS } from '../times.ts'

/** The oldest feedback beyond this number is forgotten, so that nobody can fill the disk. */
const MAX_FEEDBACK = 10_000

/** How often what is too old is removed. It is not given to anybody before that either. */
const SWEEP_INTERVAL_MS = 10 * 60_000

/** How long a check waits, in ms: who asks whether a server is ready waits a few seconds at most. */
const CHECK_MS = 2000

/** By the clock of the database: that of one server may be wrong, and would delete what the others still need. */
const NOW = '(extract(epoch FROM now()) * 1000)::bigint'

/** Its parameters are ages in ms, except the second one. */
const SWEEP = `
  WITH conversations AS (DELETE FROM footnote_state.conversations WHERE used <= ${NOW} - $1),
  feedback AS (
    DELETE FROM footnote_state.feedback WHERE id IN (
      SELECT id FROM footnote_state.feedback ORDER BY given DESC, number DESC OFFSET $2)),
  claims AS (DELETE FROM footnote_state.deliveries WHERE received <= ${NOW} - $3),
  events AS (
    UPDATE footnote_state.deliveries SET event = NULL
      WHERE event IS NOT NULL AND received <= ${NOW} - $4 AND received > ${NOW} - $3),
  replies AS (DELETE FROM footnote_state.replies WHERE given <= ${NOW} - $3),
  places AS (DELETE FROM footnote_state.places WHERE used <= ${NOW} - $5)
  DELETE FROM footnote_state.requests WHERE ends <= now()`

/**
 * Opens the state in a database, which several servers may share, and creates or migrates its tables. The caller closes the database
 * after the state. Rejects with what {@link migrateTables} and the database throw.
 */
export async function openPostgresState(
  database: Database,
  limits: ConversationLimits,
): Promise<State> {
  await migrateTables(database)
  let sweeping: Promise<void> | null = null
  const sweep = () => {
    sweeping ??= sweepOnce(database, limits).finally(() => {
      sweeping = null
    })
  }
  sweep()
  const timer = setInterval(sweep, SWEEP_INTERVAL_MS).unref()
  return {
    conversations: conversationsIn(database, limits),
    feedback: feedbackIn(database),
    slack: slackStoreIn(database),
    requests: requestCountsIn(database),
    check: () => checkWritable(database),
    close: async () => {
      clearInterval(timer)
      await sweeping
    },
  }
}

async function sweepOnce(
  { query }: Database,
  { conversationTtlMs }: ConversationLimits,
): Promise<void> {
  const ages = [DAY_MS, UNHANDLED_TTL_MS, PLACE_TTL_MS]
  try {
    await query(SWEEP, [conversationTtlMs, MAX_FEEDBACK, ...ages])
  } catch {
    // The next run tries again.
  }
}

async function checkWritable({ query }: Database): Promise<void> {
  const answer = query<{ read_only: string }>(
    "SELECT current_setting('transaction_read_only') AS read_only",
  )
  const rows = await Promise.race([answer, setTimeout(CHECK_MS, null, { ref: false })])
  if (rows === null) {
    const message = `The database has not answered for ${CHECK_MS} ms. Check that it runs, and look for long statements in it.`
    throw new FootnoteError('database-unavailable', message)
  }
  if (rows[0]?.read_only === 'on') {
    const message =
      'The database is read-only. Point DATABASE_URL at the primary server, or allow writing again.'
    throw new FootnoteError('storage-unwritable', message)
  }
}
