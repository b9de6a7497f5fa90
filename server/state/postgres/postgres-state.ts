import { checkDatabase } from '../../../index/postgres/check-database.ts'
import type { Database } from '../../../index/postgres/database.ts'
import { DatabaseError } from '../../../index/postgres/postgres-errors.ts'
import { type DatabaseWatcher, watchedDatabase } from '../../../index/postgres/watched-database.ts'
import type { ConversationLimits, State } from '../state.ts'
import { auditIn } from './audit.ts'
import { checkTables } from './check-tables.ts'
import { conversationsIn } from './conversations.ts'
import { feedbackIn } from './feedback.ts'
import { explainingMissing } from './missing-tables.ts'
import { questionsIn } from './questions.ts'
import { recordsIn } from './records.ts'
import { requestCountsIn } from './request-counts.ts'
import { slackStoreIn } from './slack-store.ts'
import { sweep } from './sweep.ts'
import { migrateTables } from './tables.ts'
import { webhookStoreIn } from './webhook-store.ts'

/** How often what is too old is removed. It is not given to anybody before that either. */
const SWEEP_INTERVAL_MS = 10 * 60_000

const NOBODY: DatabaseWatcher = { worked: () => {}, failed: () => {} }

/**
 * Opens the state in a database, which several servers may share, and creates or migrates its tables. The caller closes the database
 * after the state. `watcher` is told how the database goes, and why what is too old cannot be removed. Rejects with what
 * {@link checkDatabase}, {@link migrateTables} and the database throw.
 */
export async function openPostgresState(
  database: Database,
  limits: ConversationLimits,
  watcher: DatabaseWatcher = NOBODY,
): Promise<State> {
  const watched = watchedDatabase(explainingMissing(database), watcher)
  await checkDatabase(watched)
  await migrateTables(watched)
  let isClosed = false
  const options = {
    limits,
    isStopped: () => isClosed,
    failed: (error: unknown) => {
      // The watcher was told of errors of the database.
      if (!(error instanceof DatabaseError)) watcher.failed(sweepError(error))
    },
  }
  let sweeping: Promise<void> | null = null
  const sweepOnce = () => {
    sweeping ??= sweep(watched, options).finally(() => {
      sweeping = null
    })
  }
  sweepOnce()
  const timer = setInterval(sweepOnce, SWEEP_INTERVAL_MS).unref()
  return {
    conversations: conversationsIn(watched, limits),
    feedback: feedbackIn(watched),
    slack: slackStoreIn(watched),
    questions: questionsIn(watched, limits),
    records: recordsIn(watched),
    audit: auditIn(watched),
    webhooks: webhookStoreIn(watched),
    requests: requestCountsIn(watched),
    check: () => checkTables(watched),
    close: async () => {
      clearInterval(timer)
      isClosed = true
      await sweeping
    },
  }
}

function sweepError(error: unknown): DatabaseError {
  const reason = error instanceof Error ? error.message : String(error)
  const message = `What is too old cannot be removed from the schema footnote_state: ${reason}. Footnote tries again every ten minutes.`
  return new DatabaseError('storage-unwritable', message, error)
}
