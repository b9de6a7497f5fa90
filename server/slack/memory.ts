import { randomBytes } from 'node:crypto'
import { FootnoteError } from '../../index/errors.ts'
import { type JudgedTurn, judgedTurn } from '../feedback/feedback.ts'
import { openSqliteFile, sweepEvery } from '../sqlite-file.ts'

/** Raised with every change of the tables: what an older version kept is forgotten. */
const SCHEMA_VERSION = 1

const TABLES = `
  DROP TABLE IF EXISTS deliveries;
  DROP TABLE IF EXISTS places;
  DROP TABLE IF EXISTS answers;

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

/** In ms: how long it is known what was taken (Slack repeats an event for some minutes), and what a button is about. */
const DELIVERIES_KEPT = 24 * 3_600_000

/** In ms. What was left undone by a stop is answered if it is not older; later nobody waits for it. */
const WORTH_ANSWERING = 15 * 60_000

/** In ms: how long a thread is remembered after the last question in it. */
const PLACES_KEPT = 30 * 24 * 3_600_000

/** In ms. */
const SWEEP = 10 * 60_000

/** What the Slack backend remembers over restarts. */
export interface SlackMemory {
  /** Takes something to be done, with the event to do it by if it outlives a stop; false where its id was taken before. */
  take(id: string, event: string | null): Promise<boolean>
  /** It is answered: of the event only the id is kept. */
  done(id: string): Promise<void>
  /** What was taken and not done when the server stopped, the oldest first. */
  undone(): Promise<{ id: string; event: string }[]>
  /** Whether the bot was asked in a place of Slack. */
  isKnown(place: string): Promise<boolean>
  /** The conversation that is held in a place; null where none is. */
  conversationOf(place: string): Promise<string | null>
  keepPlace(place: string, conversationId: string | null): Promise<void>
  /** Keeps what the buttons under an answer are about; gives what they carry, which nobody guesses. */
  keepAnswer(turn: JudgedTurn): Promise<string>
  /** What a button is about; null where that is no longer, or never was, known. */
  answer(button: string): Promise<JudgedTurn | null>
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
    .prepare<[string], string | null>('SELECT conversation FROM places WHERE place = ?')
    .pluck()
  const insertAnswer = database.prepare(
    'INSERT INTO answers (button, given, turn) VALUES (?, ?, ?)',
  )
  const selectAnswer = database
    .prepare<[string], string>('SELECT turn FROM answers WHERE button = ?')
    .pluck()
  const forgetOld = database.prepare('UPDATE deliveries SET event = NULL WHERE received <= ?')
  const sweepAnswers = database.prepare('DELETE FROM answers WHERE given <= ?')
  const keepPlace = database.prepare(
    'INSERT OR REPLACE INTO places (place, conversation, used) VALUES (?, ?, ?)',
  )
  const sweepDeliveries = database.prepare('DELETE FROM deliveries WHERE received <= ?')
  const sweepPlaces = database.prepare('DELETE FROM places WHERE used <= ?')
  const stopSweeping = sweepEvery(SWEEP, () => {
    const now = Date.now()
    forgetOld.run(now - WORTH_ANSWERING)
    sweepDeliveries.run(now - DELIVERIES_KEPT)
    sweepAnswers.run(now - DELIVERIES_KEPT)
    sweepPlaces.run(now - PLACES_KEPT)
  })

  return {
    take: async (id, event) => insert.run(id, Date.now(), event).changes > 0,
    done: async (id) => {
      forgetEvent.run(id)
    },
    undone: async () => selectUndone.all(Date.now() - WORTH_ANSWERING),
    conversationOf: async (place) => selectPlace.get(place) ?? null,
    isKnown: async (place) => selectPlace.get(place) !== undefined,
    keepPlace: async (place, conversationId) => {
      keepPlace.run(place, conversationId, Date.now())
    },
    keepAnswer: async (turn) => {
      const button = randomBytes(16).toString('base64url')
      insertAnswer.run(button, Date.now(), JSON.stringify(judgedTurn.parse(turn)))
      return button
    },
    answer: async (button) => {
      const turn = selectAnswer.get(button)
      return turn === undefined ? null : judgedTurn.parse(JSON.parse(turn))
    },
    close: async () => {
      stopSweeping()
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
