import { hash } from 'node:crypto'
import type { FeedbackStore } from '../state.ts'
import { storedReply } from '../stored.ts'
import type { Migration } from './migrations.ts'
import { rewriteQuotes } from './older-quotes.ts'
import { openSqliteFile, type SqliteFile, type SqliteFileKind } from './sqlite-file.ts'

/** The oldest feedback beyond this number is forgotten, so that nobody can fill the disk. */
const MAX_KEPT = 10_000

const TABLE = `
  CREATE TABLE feedback (
    id TEXT PRIMARY KEY,
    given INTEGER NOT NULL,
    helpful INTEGER NOT NULL,
    turn TEXT NOT NULL
  ) STRICT;
`

/** Feedback is never dropped: each version must be migrated. */
const MIGRATIONS: readonly Migration[] = [
  { toVersion: 1, apply: (database) => database.exec(TABLE) },
  // Version 1 kept quotes in the shape of the HTTP API.
  { toVersion: 2, apply: (database) => rewriteQuotes(database, 'feedback', 'turn') },
]

/** The file of the feedback entries. */
export const FEEDBACK_FILE: SqliteFileKind = {
  name: 'feedback.sqlite',
  migrations: MIGRATIONS,
  unreadable: 'feedback-unreadable',
  contents: 'The feedback entries',
  remedy:
    'Make the file one that you may write to, or move it away: a new one is begun at the next start.',
}

/**
 * Opens the feedback in a file, which is created where it is missing; `:memory:` for none. Throws
 * `feedback-unreadable`, `disk-full`, `storage-busy` or `storage-unwritable`.
 */
export function openFeedback(file: string): FeedbackStore & { close(): void } {
  return openSqliteFile(file, FEEDBACK_FILE, feedbackIn)
}

function feedbackIn({ database, use }: SqliteFile): FeedbackStore & { close(): void } {
  const insert = database.prepare(
    'INSERT OR REPLACE INTO feedback (id, given, helpful, turn) VALUES (?, ?, ?, ?)',
  )
  const cut = database.prepare(
    `DELETE FROM feedback WHERE id IN (
       SELECT id FROM feedback ORDER BY given DESC, rowid DESC LIMIT -1 OFFSET ?)`,
  )
  const selectAll = database.prepare<[], { given: number; helpful: number; turn: string }>(
    'SELECT given, helpful, turn FROM feedback ORDER BY given DESC, rowid DESC',
  )
  const add = database.transaction((id: string, helpful: number, json: string) => {
    insert.run(id, Date.now(), helpful, json)
    cut.run(MAX_KEPT)
  })
  return {
    give: async (name, reply, helpful) => {
      const json = JSON.stringify(storedReply.parse(reply))
      const id = hash('sha256', name, 'base64url')
      use(() => add(id, Number(helpful), json))
    },
    all: async () =>
      Array.from(
        use(() => selectAll.all()),
        ({ given, helpful, turn }) => {
          return {
            ...storedReply.parse(JSON.parse(turn)),
            givenAtMs: given,
            helpful: helpful === 1,
          }
        },
      ),
    close: () => {
      database.close()
    },
  }
}
