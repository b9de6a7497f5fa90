import { randomBytes } from 'node:crypto'
import type Database from 'better-sqlite3'
import { FootnoteError } from '../../index/errors.ts'
import { openSqliteFile, readSqliteFile, sweepEvery, useSqliteFile } from '../sqlite-file.ts'
import { turn, type Turn } from './turn.ts'

/** Raised with every change of the tables: what an older version kept is forgotten. */
const SCHEMA_VERSION = 1

/** How often what is too old is removed, in ms; it is never given, removed or not. */
const SWEEP = 60_000

const TABLES = `
  DROP TABLE IF EXISTS turns;
  DROP TABLE IF EXISTS conversations;
  CREATE TABLE conversations (
    id TEXT PRIMARY KEY,
    used INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX conversations_by_use ON conversations (used);

  CREATE TABLE turns (
    rowid INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation TEXT NOT NULL REFERENCES conversations ON DELETE CASCADE,
    turn TEXT NOT NULL
  ) STRICT;
  CREATE INDEX turns_by_conversation ON turns (conversation);
`

/**
 * What was said, by conversation. An id that nobody was given, or that is forgotten, is null or false. Where the disk is
 * full or the file is busy, each throws what `useSqliteFile` throws, and nothing of it is kept.
 */
export interface Conversations {
  /** Begins one; gives its id, which nobody guesses. */
  start(): Promise<string>
  /** Its turns, oldest first. */
  turns(id: string): Promise<Turn[] | null>
  /** Adds a turn; the oldest beyond the limit are forgotten. */
  add(id: string, turn: Turn): Promise<boolean>
  forget(id: string): Promise<boolean>
  close(): Promise<void>
}

/** A question that nothing answered. */
export interface Unanswered {
  readonly question: string
  /** How often it was asked. */
  readonly times: number
}

export interface ConversationOptions {
  /** SQLite's file, made where it is missing; `:memory:` for none. */
  readonly file: string
  /** How long after its last turn a conversation is forgotten, in ms. */
  readonly ttl: number
  /** Turns that are kept of each. */
  readonly maxTurns: number
}

/** Opens what was said. Throws `conversations-unreadable` where the file is not one, or cannot be written. */
export function openConversations({ file, ttl, maxTurns }: ConversationOptions): Conversations {
  const database = openDatabase(file)
  const oldest = () => Date.now() - ttl
  const insert = database.prepare('INSERT INTO conversations (id, used) VALUES (?, ?)')
  const touch = database.prepare('UPDATE conversations SET used = ? WHERE id = ? AND used > ?')
  const isKnown = database
    .prepare<[string, number], 1>('SELECT 1 FROM conversations WHERE id = ? AND used > ?')
    .pluck()
  const select = database
    .prepare<[string], string>('SELECT turn FROM turns WHERE conversation = ? ORDER BY rowid')
    .pluck()
  const append = database.prepare('INSERT INTO turns (conversation, turn) VALUES (?, ?)')
  const cut = database.prepare(
    `DELETE FROM turns WHERE conversation = @id AND rowid <= (
       SELECT rowid FROM turns WHERE conversation = @id ORDER BY rowid DESC LIMIT 1 OFFSET @maxTurns)`,
  )
  const remove = database.prepare('DELETE FROM conversations WHERE id = ?')
  const sweep = database.prepare('DELETE FROM conversations WHERE used <= ?')
  const addTurn = database.transaction((id: string, added: Turn) => {
    if (touch.run(Date.now(), id, oldest()).changes === 0) return false
    append.run(id, JSON.stringify(added))
    cut.run({ id, maxTurns })
    return true
  })
  const stopSweeping = sweepEvery(SWEEP, () => sweep.run(oldest()))

  const using = <T>(work: () => T) => useSqliteFile(file, 'conversations-unreadable', work)

  return {
    start: async () => {
      const id = randomBytes(16).toString('base64url')
      using(() => insert.run(id, Date.now()))
      return id
    },
    turns: async (id) => {
      const kept = using(() => (isKnown.get(id, oldest()) === undefined ? null : select.all(id)))
      return kept?.map((json) => turn.parse(JSON.parse(json))) ?? null
    },
    add: async (id, added) => using(() => addTurn(id, added)),
    forget: async (id) => {
      const isKept = using(() => isKnown.get(id, oldest()) !== undefined)
      using(() => remove.run(id))
      return isKept
    },
    close: async () => {
      stopSweeping()
      database.close()
    },
  }
}

/** When a question was last asked and searched for in a conversation; null where it was not. */
export async function turnOf(
  conversations: Conversations,
  { conversationId, question }: { conversationId: string; question: string },
): Promise<Turn | null> {
  const turns = await conversations.turns(conversationId)
  return turns?.findLast((kept) => kept.searched && kept.question === question) ?? null
}

/** The questions of all kept conversations that nothing answered, as they were read, the last asked first. */
export function readUnanswered(file: string): Unanswered[] {
  const select = `SELECT turn ->> '$.interpretedAs' AS question, count(*) AS times FROM turns
    WHERE turn ->> '$.searched' AND NOT turn ->> '$.answered'
    GROUP BY question ORDER BY max(rowid) DESC`
  const read = (database: Database.Database) => database.prepare<[], Unanswered>(select).all()
  return readSqliteFile(file, SCHEMA_VERSION, read) ?? []
}

function openDatabase(file: string): Database.Database {
  try {
    return openSqliteFile(file, { version: SCHEMA_VERSION, create: TABLES })
  } catch (error) {
    throw new FootnoteError(
      'conversations-unreadable',
      `The conversations in ${file} cannot be read. Make the file one that you may write to, or remove it: what was said in them is then forgotten.`,
      error,
    )
  }
}
