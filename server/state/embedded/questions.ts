import { hash } from 'node:crypto'
import {
  bytesOf,
  forgottenHour,
  hourOf,
  keptQuestion,
  MAX_QUESTIONS,
  type QuestionDialect,
  questionKey,
  questionQueries,
  type QuestionRow,
  questionVector,
  scopeOf,
  scopesWithin,
  searchedWords,
  startOf,
  type Statement,
  type VectorRow,
  vectorOf,
} from '../question-queries.ts'
import type { VisibleCollections } from '../../access/caller.ts'
import type { AskedQuestion, ConversationLimits, GroupMember, QuestionStore } from '../state.ts'
import type { Migration } from './migrations.ts'
import { openSqliteFile, type SqliteFile, type SqliteFileKind, sweepEvery } from './sqlite-file.ts'

/** How often what is too old is removed. */
const SWEEP_INTERVAL_MS = 60_000

/** Vectors have a table of their own, so that what reads all questions does not read them. */
const TABLES = `
  CREATE TABLE kept_questions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    key BLOB NOT NULL UNIQUE,
    scope TEXT NOT NULL,
    group_id INTEGER,
    answered INTEGER NOT NULL,
    confidence REAL NOT NULL,
    last_asked INTEGER NOT NULL,
    question TEXT NOT NULL,
    reading TEXT NOT NULL,
    words TEXT NOT NULL,
    found TEXT NOT NULL
  ) STRICT;
  CREATE INDEX kept_questions_by_group ON kept_questions (group_id, id);
  CREATE INDEX kept_questions_by_time ON kept_questions (last_asked, id);

  CREATE TABLE kept_vectors (
    question_id INTEGER PRIMARY KEY REFERENCES kept_questions ON DELETE CASCADE,
    vector BLOB NOT NULL
  ) STRICT;

  CREATE TABLE kept_hours (
    question_id INTEGER NOT NULL REFERENCES kept_questions ON DELETE CASCADE,
    hour INTEGER NOT NULL,
    times INTEGER NOT NULL,
    PRIMARY KEY (question_id, hour)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE kept_judgements (
    name BLOB PRIMARY KEY,
    question_id INTEGER NOT NULL REFERENCES kept_questions ON DELETE CASCADE,
    given INTEGER NOT NULL,
    helpful INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX kept_judgements_by_question ON kept_judgements (question_id);
`

const MIGRATIONS: readonly Migration[] = [
  { toVersion: 1, apply: (database) => database.exec(TABLES) },
]

/** The file of the questions. */
export const QUESTIONS_FILE: SqliteFileKind = {
  name: 'questions.sqlite',
  migrations: MIGRATIONS,
  unreadable: 'questions-unreadable',
  contents: 'The kept questions',
  remedy:
    'Make the file one that you may write to, or move it away: a new one is begun at the next start.',
}

const DIALECT: QuestionDialect = {
  schema: '',
  isOneOf: (column, list) => `${column} IN (SELECT value FROM json_each(${list}))`,
  listOf: (values) => JSON.stringify(values),
  contains: (text, part) => `instr(${text}, ${part}) > 0`,
}

/**
 * Opens the questions in a file, which is created where it is missing; `:memory:` for none. Throws
 * `questions-unreadable`, `disk-full`, `storage-busy` or `storage-unwritable`.
 */
export function openQuestions(
  file: string,
  limits: ConversationLimits,
): QuestionStore & { close(): void } {
  return openSqliteFile(file, QUESTIONS_FILE, (opened) => questionsIn(opened, limits))
}

interface GroupRow {
  readonly group: number
  readonly questions: number
  readonly times: number
  readonly last_asked: number
  readonly all_groups: number
  readonly all_questions: number
}

function questionsIn(
  { database, use }: SqliteFile,
  { keepQuestionsMs = 0, maxQuestions = MAX_QUESTIONS }: ConversationLimits,
): QuestionStore & { close(): void } {
  const queries = questionQueries(DIALECT, keepQuestionsMs)
  const upsert = database
    .prepare<unknown[], number>(
      `INSERT INTO kept_questions (key, scope, answered, confidence, last_asked, question, reading, words, found)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (key) DO UPDATE SET answered = excluded.answered, confidence = excluded.confidence,
           last_asked = max(last_asked, excluded.last_asked), question = excluded.question, reading = excluded.reading,
           words = excluded.words, found = excluded.found
         RETURNING id`,
    )
    .pluck()
  const count = database.prepare(
    `INSERT INTO kept_hours (question_id, hour, times) VALUES (?, ?, 1)
       ON CONFLICT (question_id, hour) DO UPDATE SET times = times + 1`,
  )
  const keepVector = database.prepare(
    'INSERT OR REPLACE INTO kept_vectors (question_id, vector) VALUES (?, ?)',
  )
  const judge = database.prepare(
    `INSERT OR REPLACE INTO kept_judgements (name, question_id, given, helpful)
       SELECT ?, id, ?, ? FROM kept_questions WHERE key = ?`,
  )
  const selectUngrouped = database.prepare<[object], VectorRow>(queries.ungrouped)
  const selectLeaders = database.prepare<[object], VectorRow & { group: number }>(queries.leaders)
  const selectScopes = database.prepare<[], string>(queries.scopes).pluck()
  const putIntoGroup = database.prepare<[object]>(queries.putIntoGroup)
  const removeAll = database.prepare('DELETE FROM kept_questions')
  const removeHours = database.prepare('DELETE FROM kept_hours WHERE hour <= ?')
  const removeJudgements = database.prepare('DELETE FROM kept_judgements WHERE given <= ?')
  const removeOld = database.prepare('DELETE FROM kept_questions WHERE last_asked < ?')
  const removeExcess = database.prepare(
    `DELETE FROM kept_questions WHERE id IN (
       SELECT id FROM kept_questions ORDER BY last_asked DESC, id DESC LIMIT -1 OFFSET ?)`,
  )

  const recordAll = database.transaction((asked: readonly AskedQuestion[]) => {
    for (const { vector, ...given } of asked) {
      const { question, interpretedAs, answered, confidence, askedAtMs } = given
      const id = upsert.get(
        questionKey(given),
        scopeOf(given.collections),
        Number(answered),
        confidence,
        askedAtMs,
        JSON.stringify(question),
        JSON.stringify(interpretedAs),
        searchedWords(question, interpretedAs),
        JSON.stringify(given.found),
      )
      count.run(id, hourOf(askedAtMs))
      if (vector) keepVector.run(id, bytesOf(vector))
    }
  })
  const putAll = database.transaction((members: readonly GroupMember[]) => {
    for (const { id, group } of members) putIntoGroup.run({ 1: id, 2: group })
  })
  const sweep = () => {
    if (keepQuestionsMs === 0) return
    const hour = forgottenHour(keepQuestionsMs)
    removeHours.run(hour)
    removeJudgements.run(Date.now() - keepQuestionsMs)
    removeOld.run(startOf(hour + 1))
    removeExcess.run(maxQuestions)
  }
  const stopSweeping = sweepEvery(SWEEP_INTERVAL_MS, sweep)

  /** Runs a statement on what somebody may see. */
  const rowsWithin = <Row>(
    within: VisibleCollections,
    statementOf: (scopes: readonly string[]) => Statement,
  ): Row[] =>
    use(() => {
      const { sql, values } = statementOf(scopesWithin(selectScopes.all(), within))
      const parameters = Object.fromEntries(values.map((value, i) => [i + 1, value]))
      return database.prepare<[object], Row>(sql).all(parameters)
    })

  return {
    record: async (asked) => use(() => recordAll(asked)),
    judge: async (question, name, helpful) => {
      const id = hash('sha256', name, 'buffer')
      use(() => judge.run(id, Date.now(), Number(helpful), questionKey(question)))
    },
    ungrouped: async (limit) => use(() => selectUngrouped.all({ 1: limit })).map(questionVector),
    leaders: async (afterId) =>
      use(() => selectLeaders.all({ 1: afterId })).map((row) =>
        Object.assign(questionVector(row), { group: row.group }),
      ),
    putIntoGroups: async (members) => use(() => putAll(members)),
    groups: async (filter, page) => {
      const read = (part: typeof page) =>
        rowsWithin<GroupRow>(filter.within, (scopes) => queries.groups(filter, part, scopes))
      const rows = read(page)
      // A page beyond the last one has no row that says how many there are.
      const [first] = rows.length > 0 ? rows : read({ ...page, limit: 1, offset: 0 })
      return {
        groups: rows.map(({ group, questions, times, last_asked: lastAskedMs }) => {
          return { group, questions, times, lastAskedMs }
        }),
        totalGroups: first?.all_groups ?? 0,
        totalQuestions: first?.all_questions ?? 0,
      }
    },
    members: async (filter, groups, limit) =>
      rowsWithin<QuestionRow & { vector: Buffer | null }>(filter.within, (scopes) =>
        queries.members(filter, groups, limit, scopes),
      ).map((row) =>
        Object.assign(keptQuestion(row), { vector: row.vector && vectorOf(row.vector) }),
      ),
    list: async (filter, page) =>
      rowsWithin<QuestionRow>(filter.within, (scopes) => queries.list(filter, page, scopes)).map(
        keptQuestion,
      ),
    find: async (id, within) => {
      const [row] = rowsWithin<QuestionRow>(within, (scopes) => queries.find(id, scopes))
      return row ? keptQuestion(row) : null
    },
    forget: async (which, within) =>
      rowsWithin(within, (scopes) => queries.forget(which, scopes)).length,
    forgetAll: async () => {
      use(() => removeAll.run())
    },
    close: () => {
      stopSweeping()
      database.close()
    },
  }
}
