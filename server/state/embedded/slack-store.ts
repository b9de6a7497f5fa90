import { randomBytes } from 'node:crypto'
import type { SlackStore, UnhandledDelivery } from '../state.ts'
import { storedReply } from '../stored.ts'
import type { Migration } from './migrations.ts'
import { rewriteQuotes } from './older-quotes.ts'
import { openSqliteFile, type SqliteFile, type SqliteFileKind, sweepEvery } from './sqlite-file.ts'

/** How long the ids of deliveries are kept (Slack repeats an event for some minutes), and the replies that buttons refer to. */
const DAY_MS = 24 * 3_600_000

/** After a restart, older deliveries are not handled any more: nobody waits for them. */
const UNHANDLED_TTL_MS = 15 * 60_000

/** How long a place is remembered after the last question in it. */
const PLACE_TTL_MS = 30 * DAY_MS

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

const MIGRATIONS: readonly Migration[] = [
  { toVersion: 1, apply: (database) => database.exec(TABLES) },
  // Version 1 kept quotes in the shape of the HTTP API.
  { toVersion: 2, apply: (database) => rewriteQuotes(database, 'answers', 'turn') },
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
    'INSERT OR IGNORE INTO deliveries (id, received, event) VALUES (?, ?, ?)',
  )
  const forgetEvent = database.prepare('UPDATE deliveries SET event = NULL WHERE id = ?')
  const selectUnhandled = database.prepare<[number], UnhandledDelivery>(
    'SELECT id, event FROM deliveries WHERE event IS NOT NULL AND received > ? ORDER BY received',
  )
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
    claim: async (id, event) => use(() => insertDelivery.run(id, Date.now(), event).changes > 0),
    markHandled: async (id) => {
      use(() => forgetEvent.run(id))
    },
    unhandled: async () => use(() => selectUnhandled.all(Date.now() - UNHANDLED_TTL_MS)),
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
