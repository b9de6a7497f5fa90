import type { Database, Queries } from '../../../index/postgres/database.ts'
import type { LeasedWebhook, WebhookDelivery, WebhookStore } from '../state.ts'
import { NEWS_TTL_MS } from '../times.ts'

/** `SKIP LOCKED`: what another server is leasing at this moment is its own. */
const LEASE = `
  WITH next AS MATERIALIZED (
    SELECT number FROM footnote_state.webhooks WHERE address = $1 AND due <= now()
      ORDER BY due, number LIMIT $2 FOR UPDATE SKIP LOCKED
  )
  UPDATE footnote_state.webhooks AS taken SET due = now() + $3 * interval '1 ms', attempts = attempts + 1
    FROM next WHERE taken.number = next.number
    RETURNING taken.number, taken.id, taken.address, taken.body, taken.attempts AS attempt`

/** The outbox of webhooks in a database. */
export function webhookStoreIn(database: Database): WebhookStore {
  const { query } = database
  return {
    add: (deliveries) => insert(deliveries, database),
    addNews: (kind, news) =>
      database.transaction(async (queries) => {
        // One server after the other: each sees what the one before reported.
        await queries.query('LOCK TABLE footnote_state.webhook_news IN SHARE ROW EXCLUSIVE MODE')
        const subjects = news.map(({ subject }) => subject)
        await queries.query(
          `UPDATE footnote_state.webhook_news SET gone = now()
             WHERE kind = $1 AND gone IS NULL AND subject <> ALL ($2::text[])`,
          [kind, subjects],
        )
        await queries.query(
          `DELETE FROM footnote_state.webhook_news
             WHERE kind = $1 AND gone <= now() - $2 * interval '1 ms'`,
          [kind, NEWS_TTL_MS],
        )
        await queries.query(
          `UPDATE footnote_state.webhook_news SET gone = NULL
             WHERE kind = $1 AND gone IS NOT NULL AND subject = ANY ($2::text[])`,
          [kind, subjects],
        )
        const added = await queries.query<{ subject: string }>(
          `INSERT INTO footnote_state.webhook_news (kind, subject) SELECT DISTINCT $1, unnest($2::text[])
             ON CONFLICT DO NOTHING RETURNING subject`,
          [kind, subjects],
        )
        const isNew = new Set(added.map(({ subject }) => subject))
        const deliveries = news.flatMap((each) => (isNew.has(each.subject) ? each.deliveries : []))
        await insert(deliveries, queries)
      }),
    lease: async ({ address, max, leaseMs }) => {
      const rows = await query<LeasedWebhook & { number: string }>(LEASE, [address, max, leaseMs])
      const inOrder = rows.toSorted((a, b) => Number(a.number) - Number(b.number))
      return Array.from(inOrder, ({ number: _number, ...webhook }) => webhook)
    },
    postpone: async ({ id, address, attempt }, pauseMs) => {
      await query(
        `UPDATE footnote_state.webhooks SET due = now() + $4 * interval '1 ms'
           WHERE id = $1 AND address = $2 AND attempts = $3`,
        [id, address, attempt, pauseMs],
      )
    },
    remove: async ({ id, address }) => {
      await query('DELETE FROM footnote_state.webhooks WHERE id = $1 AND address = $2', [
        id,
        address,
      ])
    },
    waiting: async () => {
      const [row] = await query<{ waiting: string }>(
        'SELECT count(*) AS waiting FROM footnote_state.webhooks',
      )
      return Number(row?.waiting)
    },
  }
}

async function insert(deliveries: readonly WebhookDelivery[], { query }: Queries): Promise<void> {
  if (deliveries.length === 0) return
  await query(
    `INSERT INTO footnote_state.webhooks (id, address, added, body)
       SELECT id, address, $4, body FROM unnest($1::text[], $2::text[], $3::text[]) AS given (id, address, body)
       ON CONFLICT DO NOTHING`,
    [
      deliveries.map(({ id }) => id),
      deliveries.map(({ address }) => address),
      deliveries.map(({ body }) => body),
      Date.now(),
    ],
  )
}
