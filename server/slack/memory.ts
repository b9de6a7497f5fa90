import { FootnoteError } from '../../index/errors.ts'
import { openSqliteFile } from '../sqlite-file.ts'

/** Raised with every change of the tables: what an older version kept is forgotten. */
const SCHEMA_VERSION = 1

const TABLES = `
  DROP TABLE IF EXISTS deliveries;
  DROP TABLE IF EXISTS places;

  CREATE TABLE deliveries (
    id TEXT PRIMARY KEY,
    received INTEGER NOT NULL,
    event TEXT
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE places (
    place TEXT PRIMARY KEY,
    conversation TEXT NOT NULL,
    used INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
`

/** In ms. Slack repeats an event three times, the last after about an hour at most. */
const DELIVERIES_KEPT = 24 * 3_600_000

/** In ms. What was left undone by a stop is answered if it is not older; later nobody waits for it. */
const WORTH_ANSWERING = 15 * 60_000

/** In ms: how long a thread is remembered after the last question in it. */
const PLACES_KEPT = 30 * 24 * 3_600_000

/** In ms. */
const SWEEP = 3_600_000

/** What the Slack backend remembers over restarts. */
export interface SlackMemory {
  /** Takes an event to be answered; false where one of this id was taken before. */
  take(id: string, event: string): Promise<boolean>
  /** It is answered: of the event only the id is kept. */
  done(id: string): Promise<void>
  /** What was taken and not done when the server stopped, the oldest first. */
  undone(): Promise<{ id: string; event: string }[]>
  /** The conversation that is held in a place of Slack; null where none is. */
  conversationOf(place: string): Promise<string | null>
  keepConversation(place: string, conversationId: string): Promise<void>
  close(): Promise<void>
}

/** Opens it; `file` is made where it is missing. Throws `slack-memory-unreadable` where that cannot be. */
export function openSlackMemory(file: string): SlackMemory {
  const database = openDatabase(file)
  const insert = database.prepare(
    'INSERT OR IGNORE INTO deliveries (id, received, event) VALUES (?, ?, ?)',
  )
  const forgetEvent = database.prepare('UPDATE deliveries SET event = NULL WHERE id = ?')
  const selectUndone = database.prepare<[number], { id: string; event: string }>(
    'SELECT id, event FROM deliveries WHERE event IS NOT NULL AND received > ? ORDER BY received',
  )
  const selectPlace = database
    .prepare<[string], string>('SELECT conversation FROM places WHERE place = ?')
    .pluck()
  const keepPlace = database.prepare(
    'INSERT OR REPLACE INTO places (place, conversation, used) VALUES (?, ?, ?)',
  )
  const sweepDeliveries = database.prepare('DELETE FROM deliveries WHERE received <= ?')
  const sweepPlaces = database.prepare('DELETE FROM places WHERE used <= ?')
  const sweep = () => {
    sweepDeliveries.run(Date.now() - DELIVERIES_KEPT)
    sweepPlaces.run(Date.now() - PLACES_KEPT)
  }
  sweep()
  const sweeping = setInterval(sweep, SWEEP).unref()

  return {
    take: async (id, event) => insert.run(id, Date.now(), event).changes > 0,
    done: async (id) => {
      forgetEvent.run(id)
    },
    undone: async () => selectUndone.all(Date.now() - WORTH_ANSWERING),
    conversationOf: async (place) => selectPlace.get(place) ?? null,
    keepConversation: async (place, conversationId) => {
      keepPlace.run(place, conversationId, Date.now())
    },
    close: async () => {
      clearInterval(sweeping)
      database.close()
    },
  }
}

function openDatabase(file: string) {
  try {
    return openSqliteFile(file, { version: SCHEMA_VERSION, create: TABLES })
  } catch (error) {
    throw new FootnoteError(
      'slack-memory-unreadable',
      `What is kept of Slack in ${file} cannot be read. Make the file one that you may write to, or remove it: threads in Slack then begin anew.`,
      error,
    )
  }
}
