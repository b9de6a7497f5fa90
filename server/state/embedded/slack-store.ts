import { randomBytes } from 'node:crypto'
import type { LeasedDelivery, SlackStore } from '../state.ts'
import { storedReply } from '../stored.ts'
import { DAY_MS, PLACE_TTL_MS, UNHANDLED_TTL_MS } from '../times.ts'
import type { Migration } from './migrations.ts'
import { rewriteQuotes } from './older-quotes.ts'
import { openSqliteFile, type SqliteFile, type SqliteFileKind, sweepEvery } from './sqlite-file.ts'

/** How often what is too old is removed. */
const SWEEP_INTERVAL_MS = 10 * 60_000

const TABLES = `
  CREATE TABLE deliveries (
    id TEXT PRIMARY KEY,
    received INTEGER NOT NULL,
    event TEXT
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE answers (
    button TEXT PRIMARY KEY,
    given INTEGER NOT NULL,
    turn TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE places (
    place TEXT PRIMARY KEY,
    conversation TEXT,
    used INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
`

/** Deliveries of version 2 have no place, so they are handled one after the other. */
const LEASES = `
  CREATE TABLE deliveries_with_leases (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    received INTEGER NOT NULL,
    place TEXT NOT NULL,
    event TEXT,
    server TEXT,
    leased_until INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  INSERT INTO deliveries_with_leases (id, received, place, event)
    SELECT id, received, '', event FROM deliveries ORDER BY received;
  DROP TABLE deliveries;
  ALTER TABLE deliveries_with_leases RENAME TO deliveries;
  CREATE INDEX unhandled_deliveries ON deliveries (place, number) WHERE event IS NOT NULL;
`

const MIGRATIONS: readonly Migration[] = [
  { toVersion: 1, apply: (database) => database.exec(TABLES) },
  // Version 1 kept quotes in the shape of the HTTP API.
  { toVersion: 2, apply: (database) => rewriteQuotes(database, 'answers', 'turn') },
  { toVersion: 3, apply: (database) => database.exec(LEASES) },
]

/** The file of the Slack store. */
export const SLACK_FILE: SqliteFileKind = {
  name: 'slack.sqlite',
  migrations: MIGRATIONS,
  unreadable: 'slack-memory-unreadable',
  contents: 'The records of Slack',
  remedy:
    'Make the file one that you may write to, or remove it: threads in Slack then begin new conversations.',
}

/**
 * Opens the Slack store in a file, which is created where it is missing; `:memory:` for none. Throws
 * `slack-memory-unreadable`, `disk-full`, `storage-busy` or `storage-unwritable`.
 */
export function openSlackStore(file: string): SlackStore & { close(): void } {
  return openSqliteFile(file, SLACK_FILE, slackStoreIn)
}

function slackStoreIn({ database, use }: SqliteFile): SlackStore & { close(): void } {
  const insertDelivery = database.prepare(
    'INSERT OR IGNORE INTO deliveries (id, received, place, event) VALUES (?, ?, ?, ?)',
  )
  const lease = database.prepare<
    { server: string; max: number; now: number; until: number; since: number },
    LeasedDelivery & { number: number }
  >(
    `UPDATE deliveries SET server = @server, leased_until = @until WHERE number IN (
       SELECT number FROM deliveries AS mine
         WHERE event IS NOT NULL AND received > @since AND leased_until <= @now AND NOT EXISTS (
           SELECT 1 FROM deliveries AS other
             WHERE other.place = mine.place AND other.event IS NOT NULL AND other.received > @since
               AND (other.number < mine.number OR other.leased_until > @now))
         ORDER BY number LIMIT @max)
       RETURNING number, id, event`,
  )
  const renew = database.prepare(
    `UPDATE deliveries SET leased_until = ?
       WHERE server = ? AND id IN (SELECT value FROM json_each(?))`,
  )
  const selectHeld = database
    .prepare<[string, string], 1>(
      'SELECT 1 FROM deliveries WHERE id = ? AND server = ? AND event IS NOT NULL',
    )
    .pluck()
  const release = database.prepare(
    `UPDATE deliveries SET server = NULL, leased_until = ?
       WHERE server = ? AND id IN (SELECT value FROM json_each(?))`,
  )
  const forgetEvent = database.prepare(
    'UPDATE deliveries SET event = NULL, server = NULL WHERE id = ?',
  )
  const countWaiting = database
    .prepare<[number], number>(
      'SELECT count(*) FROM deliveries WHERE event IS NOT NULL AND received > ?',
    )
    .pluck()
  const selectPlace = database
    .prepare<[string], string | null>('SELECT conversation FROM places WHERE place = ?')
    .pluck()
  const insertPlace = database.prepare(
    'INSERT OR REPLACE INTO places (place, conversation, used) VALUES (?, ?, ?)',
  )
  const insertReply = database.prepare('INSERT INTO answers (button, given, turn) VALUES (?, ?, ?)')
  const selectReply = database
    .prepare<[string], string>('SELECT turn FROM answers WHERE button = ?')
    .pluck()
  const forgetOldEvents = database.prepare('UPDATE deliveries SET event = NULL WHERE received <= ?')
  const sweepDeliveries = database.prepare('DELETE FROM deliveries WHERE received <= ?')
  const sweepReplies = database.prepare('DELETE FROM answers WHERE given <= ?')
  const sweepPlaces = database.prepare('DELETE FROM places WHERE used <= ?')
  const stopSweeping = sweepEvery(SWEEP_INTERVAL_MS, () => {
    const now = Date.now()
    forgetOldEvents.run(now - UNHANDLED_TTL_MS)
    sweepDeliveries.run(now - DAY_MS)
    sweepReplies.run(now - DAY_MS)
    sweepPlaces.run(now - PLACE_TTL_MS)
  })

  return {
    claim: async (id) => use(() => insertDelivery.run(id, Date.now(), '', null).changes > 0),
    accept: async ({ id, place, event }) =>
      use(() => insertDelivery.run(id, Date.now(), place, event).changes > 0),
    lease: async ({ server, max, leaseMs }) => {
      const now = Date.now()
      const times = { now, until: now + leaseMs, since: now - UNHANDLED_TTL_MS }
      const leased = use(() => lease.all({ server, max, ...times }))
      const inOrder = leased.toSorted((a, b) => a.number - b.number)
      return inOrder.map(({ id, event }) => ({ id, event }))
    },
    renew: async (server, ids, leaseMs) => {
      use(() => renew.run(Date.now() + leaseMs, server, JSON.stringify(ids)))
    },
    holds: async (server, id) => use(() => selectHeld.get(id, server) !== undefined),
    release: async (server, ids, pauseMs) => {
      use(() => release.run(Date.now() + pauseMs, server, JSON.stringify(ids)))
    },
    markHandled: async (id) => {
      use(() => forgetEvent.run(id))
    },
    waiting: async () => use(() => countWaiting.get(Date.now() - UNHANDLED_TTL_MS) ?? 0),
    isKnownPlace: async (place) => use(() => selectPlace.get(place) !== undefined),
    conversationOf: async (place) => use(() => selectPlace.get(place) ?? null),
    keepPlace: async (place, conversationId) => {
      use(() => insertPlace.run(place, conversationId, Date.now()))
    },
    keepReply: async (reply) => {
      const buttonId = randomBytes(16).toString('base64url')
      const json = JSON.stringify(storedReply.parse(reply))
      use(() => insertReply.run(buttonId, Date.now(), json))
      return buttonId
    },
    replyOf: async (buttonId) => {
      const json = use(() => selectReply.get(buttonId))
      return json === undefined ? null : storedReply.parse(JSON.parse(json))
    },
    close: () => {
      stopSweeping()
      database.close()
    },
  }
}
