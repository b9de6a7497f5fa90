import type Database from 'better-sqlite3'
import { newConversationId } from '../conversation-id.ts'
import type { Added, ConversationLimits, ConversationStore, UnansweredQuestion } from '../state.ts'
import { type StoredTurn, storedTurn } from '../stored.ts'
import type { Migration } from './migrations.ts'
import { rewriteQuotes } from './older-quotes.ts'
import { answerPreparer, digestOf, type KeptAnswer } from './prepared-answers.ts'
import { openSqliteFile, type SqliteFile, type SqliteFileKind, sweepEvery } from './sqlite-file.ts'
import { inBatches } from './write-batches.ts'

/** How often conversations that are too old are removed. */
const SWEEP_INTERVAL_MS = 60_000

/** An answer that many conversations were given is kept once, for as long as one of them is kept. */
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

const VERSIONS = 'ALTER TABLE conversations ADD COLUMN version INTEGER NOT NULL DEFAULT 1'

const MIGRATIONS: readonly Migration[] = [
  // Version 1 had other tables; what it kept is dropped.
  { toVersion: 2, apply: (database) => database.exec(TABLES) },
  { toVersion: 3, apply: rewriteAnswers },
  { toVersion: 4, apply: (database) => database.exec(VERSIONS) },
]

/** The file of the conversations. */
export const CONVERSATIONS_FILE: SqliteFileKind = {
  name: 'conversations.sqlite',
  migrations: MIGRATIONS,
  unreadable: 'conversations-unreadable',
  contents: 'The conversations',
  remedy:
    'Make the file one that you may write to, or remove it: its conversations are then forgotten.',
}

/** A turn that is to be written. */
interface NewTurn {
  readonly id: string
  readonly turn: StoredTurn
  /** The version that the turn was made from; null where it begins the conversation. */
  readonly version: number | null
}

/**
 * Opens the conversations in a file, which is created where it is missing; `:memory:` for none. Throws
 * `conversations-unreadable`, `disk-full`, `storage-busy` or `storage-unwritable`.
 */
export function openConversations(
  file: string,
  limits: ConversationLimits,
): ConversationStore & { close(): void } {
  return openSqliteFile(file, CONVERSATIONS_FILE, (opened) => conversationsIn(opened, limits))
}

function conversationsIn(
  { database, use }: SqliteFile,
  { conversationTtlMs, maxTurns }: ConversationLimits,
): ConversationStore & { close(): void } {
  const expiredBefore = () => Date.now() - conversationTtlMs
  const insert = database.prepare('INSERT INTO conversations (id, used) VALUES (?, ?)')
  const touch = database
    .prepare<[number, string, number], number>(
      'UPDATE conversations SET used = ?, version = version + 1 WHERE id = ? AND version = ? RETURNING rowid',
    )
    .pluck()
  const selectVersion = database
    .prepare<[string, number], number>(
      'SELECT version FROM conversations WHERE id = ? AND used > ?',
    )
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
  const selectUnanswered = database.prepare<[], UnansweredQuestion>(
    `SELECT said ->> '$.interpretedAs' AS question, count(*) AS times FROM turns
       WHERE said ->> '$.searched' AND NOT said ->> '$.answered'
       GROUP BY question ORDER BY max(rowid) DESC`,
  )

  const prepare = answerPreparer()
  const keepAnswer = (answer: KeptAnswer) => {
    const { digest, json } = prepare(answer)
    return findAnswer.get(digest) ?? insertAnswer.run(digest, json).lastInsertRowid
  }
  const addTurn = ({
    id,
    turn: { answer, quotes, alsoOnThis, closest, ...said },
    version,
  }: NewTurn): Added => {
    const now = Date.now()
    if (version !== null && selectVersion.get(id, expiredBefore()) === undefined) return 'unknown'
    const conversation =
      version === null ? insert.run(id, now).lastInsertRowid : touch.get(now, id, version)
    if (conversation === undefined) return 'changed'
    const answerRow = keepAnswer({ answer, quotes, alsoOnThis, closest })
    append.run(conversation, JSON.stringify(said), answerRow)
    if (version !== null) cut.run({ conversation, maxTurns })
    return 'added'
  }
  const addAll = database.transaction((turns: readonly NewTurn[]) => turns.map(addTurn))
  const add = inBatches((turns: readonly NewTurn[]) => use(() => addAll(turns)))
  const stopSweeping = sweepEvery(SWEEP_INTERVAL_MS, () => sweep.run(expiredBefore()))

  return {
    begin: async (turn, id = newConversationId()) => {
      await add({ id, turn, version: null })
      return id
    },
    find: async (id) =>
      use(() => {
        const version = selectVersion.get(id, expiredBefore())
        return version === undefined ? null : { version, turns: select.all(id).map(parseTurn) }
      }),
    add: async (id, turn, version) => (await add({ id, turn, version })) ?? 'unknown',
    forget: async (id) => {
      const wasKnown = use(() => selectVersion.get(id, expiredBefore()) !== undefined)
      use(() => remove.run(id))
      return wasKnown
    },
    unanswered: async () => use(() => selectUnanswered.all()),
    close: () => {
      stopSweeping()
      database.close()
    },
  }
}

function parseTurn({ said, answer }: { said: string; answer: string }): StoredTurn {
  return storedTurn.parse({ ...JSON.parse(said), ...JSON.parse(answer) })
}

/** Version 2 kept quotes in the shape of the HTTP API. */
function rewriteAnswers(database: Database.Database): void {
  rewriteQuotes(database, 'answers', 'answer')
  database.function('digest_of', (json: string) => digestOf(json))
  database.exec('UPDATE answers SET hash = digest_of(answer)')
}
