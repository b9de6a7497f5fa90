import { createHash } from 'node:crypto'
import type Database from 'better-sqlite3'
import { z } from 'zod'
import { FootnoteError } from '../../index/errors.ts'
import { turn } from '../conversation/turn.ts'
import { openSqliteFile, readSqliteFile, useSqliteFile } from '../sqlite-file.ts'

/** Raised with every change of the table, which must then be brought over: what people said is kept. */
const SCHEMA_VERSION = 1

/** The oldest beyond so many are forgotten, so that nobody fills the disk. */
const MOST = 10_000

const TABLE = `
  CREATE TABLE feedback (
    id TEXT PRIMARY KEY,
    given INTEGER NOT NULL,
    helpful INTEGER NOT NULL,
    turn TEXT NOT NULL
  ) STRICT;
`

/** Of a turn, what is kept with what is said of it. */
export const judgedTurn = turn.pick({
  question: true,
  interpretedAs: true,
  answered: true,
  answer: true,
  confidence: true,
  quotes: true,
  closest: true,
})

/** A question with its reading and what was quoted, which is what is judged. */
export type JudgedTurn = z.infer<typeof judgedTurn>

/** What somebody said of an answer. */
export interface Feedback extends JudgedTurn {
  readonly helpful: boolean
  /** When it was given, in ms since 1970. */
  readonly given: number
}

/** What people said of answers. */
export interface FeedbackStore {
  /** Keeps what is said of an answer, which `name` names; said again of the same one, it takes its place. */
  give(name: string, judged: JudgedTurn, helpful: boolean): Promise<void>
  close(): Promise<void>
}

/** Opens what people said; `file` is made where it is missing. Throws `feedback-unreadable` where that cannot be. */
export function openFeedback(file: string): FeedbackStore {
  const database = openDatabase(file)
  const insert = database.prepare(
    'INSERT OR REPLACE INTO feedback (id, given, helpful, turn) VALUES (?, ?, ?, ?)',
  )
  const cut = database.prepare(
    `DELETE FROM feedback WHERE id IN (
       SELECT id FROM feedback ORDER BY given DESC, rowid DESC LIMIT -1 OFFSET ?)`,
  )
  return {
    give: async (name, judged, helpful) => {
      const kept = judgedTurn.parse(judged)
      // Who has a conversation's id, which is in a name, can read it: it is not kept beyond the conversation.
      const id = createHash('sha256').update(name).digest('base64url')
      useSqliteFile(file, 'feedback-unreadable', () => {
        insert.run(id, Date.now(), Number(helpful), JSON.stringify(kept))
        cut.run(MOST)
      })
    },
    close: async () => {
      database.close()
    },
  }
}

/** Everything that people said, the latest first. */
export function readFeedback(file: string): Feedback[] {
  const select = 'SELECT given, helpful, turn FROM feedback ORDER BY given DESC, rowid DESC'
  const read = (database: Database.Database) =>
    database.prepare<[], { given: number; helpful: number; turn: string }>(select).all()
  const rows = readSqliteFile(file, SCHEMA_VERSION, read) ?? []
  return Array.from(rows, ({ given, helpful, turn: json }) => {
    return { ...judgedTurn.parse(JSON.parse(json)), given, helpful: helpful === 1 }
  })
}

function openDatabase(file: string): Database.Database {
  try {
    return openSqliteFile(file, { version: SCHEMA_VERSION, create: TABLE })
  } catch (error) {
    throw new FootnoteError(
      'feedback-unreadable',
      `The feedback in ${file} cannot be read. Make the file one that you may write to, or move it away: a new one is then begun.`,
      error,
    )
  }
}
