import { hash, randomUUID } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import type Database from 'better-sqlite3'
import { FootnoteError } from '../../index/errors.ts'
import { openSqliteFile, readSqliteFile, sweepEvery, useSqliteFile } from '../sqlite-file.ts'
import { turn, type Turn } from './turn.ts'

/** Raised with every change of the tables: what an older version kept is forgotten. */
const SCHEMA_VERSION = 2

/** How often what is too old is removed, in ms; it is never given, removed or not. */
const SWEEP = 60_000

/** What many conversations were answered alike is kept once, as long as one of them is. */
const TABLES = `
  DROP TABLE IF EXISTS turns;
  DROP TABLE IF EXISTS answers;
  DROP TABLE IF EXISTS conversations;
  CREATE TABLE conversations (
    rowid INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    used INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE answers (
    rowid INTEGER PRIMARY KEY,
    hash BLOB NOT NULL UNIQUE,
    answer TEXT NOT NULL
  ) STRICT;

  CREATE TABLE turns (
    rowid INTEGER PRIMARY KEY,
    conversation INTEGER NOT NULL REFERENCES conversations ON DELETE CASCADE,
    said TEXT NOT NULL,
    answer INTEGER NOT NULL REFERENCES answers
  ) STRICT;
  CREATE INDEX turns_by_conversation ON turns (conversation);
  CREATE INDEX turns_by_answer ON turns (answer);

  CREATE TRIGGER answers_go_with_their_turns AFTER DELETE ON turns BEGIN
    DELETE FROM answers
      WHERE rowid = OLD.answer AND NOT EXISTS (SELECT 1 FROM turns WHERE answer = OLD.answer);
  END;
`

/**
 * What was said, by conversation. An id that nobody was given, or that is forgotten, is null or false. Where the disk is
 * full or the file is busy, each throws what `useSqliteFile` throws, and nothing of it is kept.
 */
export interface Conversations {
  /** Begins one with its first turn; gives its id, which nobody guesses. */
  begin(turn: Turn): Promise<string>
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

/** A turn to be written. */
interface Added {
  readonly id: string
  readonly added: Turn
  /** Whether it begins a conversation. */
  readonly isFirst: boolean
}

/** Opens what was said. Throws `conversations-unreadable` where the file is not one, or cannot be written. */
export function openConversations({ file, ttl, maxTurns }: ConversationOptions): Conversations {
  const database = openDatabase(file)
  const oldest = () => Date.now() - ttl
  const insert = database.prepare('INSERT INTO conversations (id, used) VALUES (?, ?)')
  const touch = database
    .prepare<[number, string, number], number>(
      'UPDATE conversations SET used = ? WHERE id = ? AND used > ? RETURNING rowid',
    )
    .pluck()
  const isKnown = database
    .prepare<[string, number], 1>('SELECT 1 FROM conversations WHERE id = ? AND used > ?')
    .pluck()
  const select = database.prepare<[string], { said: string; answer: string }>(
    `SELECT said, answers.answer FROM conversations
       JOIN turns ON turns.conversation = conversations.rowid JOIN answers ON answers.rowid = turns.answer
       WHERE id = ? ORDER BY turns.rowid`,
  )
  const findAnswer = database
    .prepare<[Buffer], number>('SELECT rowid FROM answers WHERE hash = ?')
    .pluck()
  const insertAnswer = database.prepare('INSERT INTO answers (hash, answer) VALUES (?, ?)')
  const append = database.prepare('INSERT INTO turns (conversation, said, answer) VALUES (?, ?, ?)')
  const cut = database.prepare(
    `DELETE FROM turns WHERE conversation = @conversation AND rowid <= (
       SELECT rowid FROM turns WHERE conversation = @conversation ORDER BY rowid DESC LIMIT 1 OFFSET @maxTurns)`,
  )
  const remove = database.prepare('DELETE FROM conversations WHERE id = ?')
  const sweep = database.prepare('DELETE FROM conversations WHERE used <= ?')
  const keepAnswer = (json: string) => {
    const digest = hash('sha256', json, 'buffer')
    return findAnswer.get(digest) ?? insertAnswer.run(digest, json).lastInsertRowid
  }
  const addTurn = ({ id, added: { answer, quotes, closest, ...said }, isFirst }: Added) => {
    const now = Date.now()
    const conversation = isFirst
      ? insert.run(id, now).lastInsertRowid
      : touch.get(now, id, oldest())
    if (conversation === undefined) return false
    const kept = keepAnswer(JSON.stringify({ answer, quotes, closest }))
    append.run(conversation, JSON.stringify(said), kept)
    if (!isFirst) cut.run({ conversation, maxTurns })
    return true
  }
  const using = <T>(work: () => T) => useSqliteFile(file, 'conversations-unreadable', work)
  const addAll = database.transaction((all: readonly Added[]) => all.map(addTurn))
  const add = inBatches((all) => using(() => addAll(all)))
  const stopSweeping = sweepEvery(SWEEP, () => sweep.run(oldest()))

  return {
    begin: async (first) => {
      const id = randomUUID()
      await add({ id, added: first, isFirst: true })
      return id
    },
    turns: async (id) => {
      const kept = using(() => (isKnown.get(id, oldest()) === undefined ? null : select.all(id)))
      return (
        kept?.map(({ said, answer }) =>
          turn.parse({ ...JSON.parse(said), ...JSON.parse(answer) }),
        ) ?? null
      )
    },
    add: (id, added) => add({ id, added, isFirst: false }),
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
  const select = `SELECT said ->> '$.interpretedAs' AS question, count(*) AS times FROM turns
    WHERE said ->> '$.searched' AND NOT said ->> '$.answered'
    GROUP BY question ORDER BY max(rowid) DESC`
  const read = (database: Database.Database) => database.prepare<[], Unanswered>(select).all()
  return readSqliteFile(file, SCHEMA_VERSION, read) ?? []
}

/**
 * Gives what writes one turn, together with those that are given meanwhile: a transaction for each would take longer than
 * the turns. Each is written when its promise resolves.
 */
function inBatches(
  write: (all: readonly Added[]) => readonly boolean[],
): (added: Added) => Promise<boolean> {
  let batch: { readonly all: Added[]; readonly written: Promise<readonly boolean[]> } | null = null
  const begin = () => {
    const all: Added[] = []
    const writeAll = () => {
      batch = null
      return write(all)
    }
    return { all, written: setImmediate().then(writeAll) }
  }
  return async (added) => {
    batch ??= begin()
    const { all, written } = batch
    const place = all.push(added) - 1
    return (await written)[place] === true
  }
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
