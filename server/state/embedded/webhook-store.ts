import type { LeasedWebhook, WebhookDelivery, WebhookNews, WebhookStore } from '../state.ts'
import { MAX_WEBHOOKS, NEWS_TTL_MS, WEBHOOK_TTL_MS } from '../times.ts'
import type { Migration } from './migrations.ts'
import { openSqliteFile, type SqliteFile, type SqliteFileKind, sweepEvery } from './sqlite-file.ts'

/** How often what is too old is removed. */
const SWEEP_INTERVAL_MS = 10 * 60_000

/** `gone` is when a subject was found to be no longer the case; null while it is. Times are in ms since 1970. */
const TABLES = `
  CREATE TABLE webhooks (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    address TEXT NOT NULL,
    added INTEGER NOT NULL,
    body TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    due INTEGER NOT NULL,
    UNIQUE (id, address)
  ) STRICT;
  CREATE INDEX due_webhooks ON webhooks (address, due, number);

  CREATE TABLE news (
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    gone INTEGER,
    PRIMARY KEY (kind, subject)
  ) STRICT, WITHOUT ROWID;
`

const MIGRATIONS: readonly Migration[] = [
  { toVersion: 1, apply: (database) => database.exec(TABLES) },
]

/** The file of the webhooks. */
export const WEBHOOKS_FILE: SqliteFileKind = {
  name: 'webhooks.sqlite',
  migrations: MIGRATIONS,
  unreadable: 'webhooks-unreadable',
  contents: 'The webhooks',
  remedy:
    'Make the file one that you may write to, or remove it: events that were not sent are then lost.',
}

/**
 * Opens the webhooks in a file, which is created where it is missing; `:memory:` for none. Throws
 * `webhooks-unreadable`, `disk-full`, `storage-busy` or `storage-unwritable`.
 */
export function openWebhookStore(file: string): WebhookStore & { close(): void } {
  return openSqliteFile(file, WEBHOOKS_FILE, webhookStoreIn)
}

function webhookStoreIn({ database, use }: SqliteFile): WebhookStore & { close(): void } {
  const insert = database.prepare(
    'INSERT OR IGNORE INTO webhooks (id, address, added, body, due) VALUES (?, ?, ?, ?, ?)',
  )
  const lease = database.prepare<
    { address: string; max: number; now: number; until: number },
    LeasedWebhook & { number: number }
  >(
    `UPDATE webhooks SET due = @until, attempts = attempts + 1 WHERE number IN (
       SELECT number FROM webhooks WHERE address = @address AND due <= @now ORDER BY due, number LIMIT @max)
       RETURNING number, id, address, body, attempts AS attempt`,
  )
  const postpone = database.prepare(
    'UPDATE webhooks SET due = ? WHERE id = ? AND address = ? AND attempts = ?',
  )
  const remove = database.prepare('DELETE FROM webhooks WHERE id = ? AND address = ?')
  const count = database.prepare<[], number>('SELECT count(*) FROM webhooks').pluck()
  const sweepOld = database.prepare('DELETE FROM webhooks WHERE added <= ?')
  const sweepExcess = database.prepare(
    `DELETE FROM webhooks WHERE number IN (
       SELECT number FROM webhooks ORDER BY number DESC LIMIT -1 OFFSET ?)`,
  )
  const markGone = database.prepare(
    `UPDATE news SET gone = @now WHERE kind = @kind AND gone IS NULL
       AND subject NOT IN (SELECT value FROM json_each(@subjects))`,
  )
  const forgetGone = database.prepare('DELETE FROM news WHERE kind = ? AND gone <= ?')
  const insertNews = database.prepare('INSERT OR IGNORE INTO news (kind, subject) VALUES (?, ?)')
  const markBack = database.prepare(
    'UPDATE news SET gone = NULL WHERE kind = ? AND subject = ? AND gone IS NOT NULL',
  )
  const stopSweeping = sweepEvery(SWEEP_INTERVAL_MS, () => {
    sweepOld.run(Date.now() - WEBHOOK_TTL_MS)
    sweepExcess.run(MAX_WEBHOOKS)
  })

  const addAll = database.transaction((deliveries: readonly WebhookDelivery[]) => {
    const now = Date.now()
    for (const { id, address, body } of deliveries) insert.run(id, address, now, body, now)
  })
  const addNew = database.transaction((kind: string, news: readonly WebhookNews[]) => {
    const now = Date.now()
    const subjects = JSON.stringify(news.map(({ subject }) => subject))
    markGone.run({ now, kind, subjects })
    forgetGone.run(kind, now - NEWS_TTL_MS)
    for (const { subject, deliveries } of news) {
      if (insertNews.run(kind, subject).changes > 0) addAll(deliveries)
      else markBack.run(kind, subject)
    }
  })

  return {
    add: async (deliveries) => use(() => addAll(deliveries)),
    // It reads before it writes: another process must not write in between.
    addNews: async (kind, news) => use(() => addNew.immediate(kind, news)),
    lease: async ({ address, max, leaseMs }) => {
      const now = Date.now()
      const leased = use(() => lease.all({ address, max, now, until: now + leaseMs }))
      const inOrder = leased.toSorted((a, b) => a.number - b.number)
      return Array.from(inOrder, ({ number: _number, ...webhook }) => webhook)
    },
    postpone: async ({ id, address, attempt }, pauseMs) => {
      use(() => postpone.run(Date.now() + pauseMs, id, address, attempt))
    },
    remove: async ({ id, address }) => {
      use(() => remove.run(id, address))
    },
    waiting: async () => use(() => count.get() ?? 0),
    close: () => {
      stopSweeping()
      database.close()
    },
  }
}
