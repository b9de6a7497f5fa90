import { randomBytes } from 'node:crypto'
import type { Queries } from '../../../index/postgres/database.ts'
import type { LeasedDelivery, SlackStore } from '../state.ts'
import { storedReply } from '../stored.ts'
import { DAY_MS, PLACE_TTL_MS, UNHANDLED_TTL_MS } from '../times.ts'

/**
 * The oldest delivery of each place in which nobody has a lease. `SKIP LOCKED`: what another server is leasing at this moment is its
 * own.
 */
const LEASE = `
  WITH next AS MATERIALIZED (
    SELECT number FROM footnote_state.deliveries AS mine
      WHERE event IS NOT NULL AND received > $3 AND leased_until <= now() AND NOT EXISTS (
        SELECT 1 FROM footnote_state.deliveries AS other
          WHERE other.place = mine.place AND other.event IS NOT NULL AND other.received > $3
            AND (other.number < mine.number OR other.leased_until > now()))
      ORDER BY number LIMIT $4 FOR UPDATE SKIP LOCKED
  )
  UPDATE footnote_state.deliveries AS taken SET server = $1, leased_until = now() + $2 * interval '1 ms'
    FROM next WHERE taken.number = next.number
    RETURNING taken.number, taken.id, taken.event`

/** What Slack needs, in a database. */
export function slackStoreIn({ query }: Queries): SlackStore {
  const keep = async (id: string, place: string, event: string | null) => {
    const now = Date.now()
    const kept = await query(
      `INSERT INTO footnote_state.deliveries AS kept (id, received, place, event) VALUES ($1, $2, $3, $4)
         ON CONFLICT (id) DO UPDATE SET received = $2, place = $3, event = $4 WHERE kept.received <= $5
         RETURNING id`,
      [id, now, place, event, now - DAY_MS],
    )
    return kept.length > 0
  }
  const placeOf = async (place: string) => {
    const [row] = await query<{ conversation: string | null }>(
      'SELECT conversation FROM footnote_state.places WHERE place = $1 AND used > $2',
      [place, Date.now() - PLACE_TTL_MS],
    )
    return row
  }
  return {
    claim: (id) => keep(id, '', null),
    accept: ({ id, place, event }) => keep(id, place, event),
    lease: async ({ server, max, leaseMs }) => {
      const since = Date.now() - UNHANDLED_TTL_MS
      const rows = await query<LeasedDelivery & { number: string }>(LEASE, [
        server,
        leaseMs,
        since,
        max,
      ])
      const inOrder = rows.toSorted((a, b) => Number(a.number) - Number(b.number))
      return Array.from(inOrder, ({ id, event }) => ({ id, event }))
    },
    renew: async (server, ids, leaseMs) => {
      await query(
        `UPDATE footnote_state.deliveries SET leased_until = now() + $3 * interval '1 ms'
           WHERE server = $1 AND id = ANY ($2)`,
        [server, ids, leaseMs],
      )
    },
    holds: async (server, id) => {
      const held = await query(
        'SELECT 1 FROM footnote_state.deliveries WHERE id = $1 AND server = $2 AND event IS NOT NULL',
        [id, server],
      )
      return held.length > 0
    },
    release: async (server, ids, pauseMs) => {
      await query(
        `UPDATE footnote_state.deliveries SET server = NULL, leased_until = now() + $3 * interval '1 ms'
           WHERE server = $1 AND id = ANY ($2)`,
        [server, ids, pauseMs],
      )
    },
    markHandled: async (id) => {
      await query(
        'UPDATE footnote_state.deliveries SET event = NULL, server = NULL WHERE id = $1',
        [id],
      )
    },
    waiting: async () => {
      const [row] = await query<{ waiting: string }>(
        'SELECT count(*) AS waiting FROM footnote_state.deliveries WHERE event IS NOT NULL AND received > $1',
        [Date.now() - UNHANDLED_TTL_MS],
      )
      return Number(row?.waiting)
    },
    isKnownPlace: async (place) => (await placeOf(place)) !== undefined,
    conversationOf: async (place) => (await placeOf(place))?.conversation ?? null,
    keepPlace: async (place, conversationId) => {
      await query(
        `INSERT INTO footnote_state.places (place, conversation, used) VALUES ($1, $2, $3)
           ON CONFLICT (place) DO UPDATE SET conversation = $2, used = $3`,
        [place, conversationId, Date.now()],
      )
    },
    keepReply: async (reply) => {
      const buttonId = randomBytes(16).toString('base64url')
      await query('INSERT INTO footnote_state.replies (button, given, reply) VALUES ($1, $2, $3)', [
        buttonId,
        Date.now(),
        JSON.stringify(storedReply.parse(reply)),
      ])
      return buttonId
    },
    replyOf: async (buttonId) => {
      const [row] = await query<{ reply: string }>(
        'SELECT reply FROM footnote_state.replies WHERE button = $1 AND given > $2',
        [buttonId, Date.now() - DAY_MS],
      )
      return row ? storedReply.parse(JSON.parse(row.reply)) : null
    },
  }
}
