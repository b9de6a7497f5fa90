import { hash } from 'node:crypto'
import type { Queries } from '../../../index/postgres/database.ts'
import {
  bytesOf,
  hourOf,
  keptQuestion,
  type QuestionDialect,
  questionKey,
  questionQueries,
  type QuestionRow,
  questionVector,
  scopeOf,
  scopesWithin,
  searchedWords,
  type Statement,
  type VectorRow,
  vectorOf,
} from '../question-queries.ts'
import type { VisibleCollections } from '../../access/caller.ts'
import type { ConversationLimits, QuestionStore } from '../state.ts'

const DIALECT: QuestionDialect = {
  schema: 'footnote_state.',
  isOneOf: (column, list) => `${column} = ANY (${list})`,
  listOf: (values) => values,
  contains: (text, part) => `strpos(${text}, ${part}) > 0`,
}

/** One statement for each question, so that no transaction holds a question that another server counts too. */
const RECORD = `
  WITH kept AS (
    INSERT INTO footnote_state.kept_questions AS q (key, scope, answered, confidence, last_asked, question, reading, words, found)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
      ON CONFLICT (key) DO UPDATE SET answered = EXCLUDED.answered, confidence = EXCLUDED.confidence,
        last_asked = greatest(q.last_asked, EXCLUDED.last_asked), question = EXCLUDED.question, reading = EXCLUDED.reading,
        words = EXCLUDED.words, found = EXCLUDED.found
      RETURNING id),
  counted AS (
    INSERT INTO footnote_state.kept_hours AS h (question_id, hour, times) SELECT id, $10, 1 FROM kept
      ON CONFLICT (question_id, hour) DO UPDATE SET times = h.times + 1)
  INSERT INTO footnote_state.kept_vectors (question_id, vector) SELECT id, $11 FROM kept WHERE $11::bytea IS NOT NULL
    ON CONFLICT (question_id) DO UPDATE SET vector = EXCLUDED.vector`

/** The numbers of a group. Large whole numbers come as texts. */
interface GroupRow {
  readonly group: string
  readonly questions: string
  readonly times: string
  readonly last_asked: string
  readonly all_groups: string
  readonly all_questions: string
}

/** The questions in a database. */
export function questionsIn(
  { query }: Queries,
  { keepQuestionsMs = 0 }: ConversationLimits,
): QuestionStore {
  const queries = questionQueries(DIALECT, keepQuestionsMs)

  /** Runs a statement on what somebody may see. */
  const rowsWithin = async <Row extends object>(
    within: VisibleCollections,
    statementOf: (scopes: readonly string[]) => Statement,
  ): Promise<Row[]> => {
    const rows = await query<{ scope: string }>(queries.scopes)
    const scopes = scopesWithin(
      rows.map(({ scope }) => scope),
      within,
    )
    const { sql, values } = statementOf(scopes)
    return query<Row>(sql, values)
  }

  return {
    record: async (asked) => {
      for (const { vector, ...given } of asked) {
        const { question, interpretedAs, answered, confidence, askedAtMs } = given
        await query(RECORD, [
          questionKey(given),
          scopeOf(given.collections),
          answered,
          confidence,
          askedAtMs,
          JSON.stringify(question),
          JSON.stringify(interpretedAs),
          searchedWords(question, interpretedAs),
          JSON.stringify(given.found),
          hourOf(askedAtMs),
          vector && bytesOf(vector),
        ])
      }
    },
    judge: async (question, name, helpful) => {
      await query(
        `INSERT INTO footnote_state.kept_judgements (name, question_id, given, helpful)
           SELECT $1, id, $2, $3 FROM footnote_state.kept_questions WHERE key = $4
           ON CONFLICT (name) DO UPDATE SET question_id = EXCLUDED.question_id, given = EXCLUDED.given, helpful = EXCLUDED.helpful`,
        [hash('sha256', name, 'buffer'), Date.now(), helpful, questionKey(question)],
      )
    },
    ungrouped: async (limit) => {
      const rows = await query<VectorRow>(queries.ungrouped, [limit])
      return rows.map(questionVector)
    },
    leaders: async (afterId) => {
      const rows = await query<VectorRow & { group: string }>(queries.leaders, [afterId])
      return rows.map((row) => Object.assign(questionVector(row), { group: Number(row.group) }))
    },
    putIntoGroups: async (members) => {
      for (const { id, group } of members) await query(queries.putIntoGroup, [id, group])
    },
    groups: async (filter, page) => {
      const read = (part: typeof page) =>
        rowsWithin<GroupRow>(filter.within, (scopes) => queries.groups(filter, part, scopes))
      const rows = await read(page)
      // A page beyond the last one has no row that says how many there are.
      const [first] = rows.length > 0 ? rows : await read({ ...page, limit: 1, offset: 0 })
      return {
        groups: rows.map(({ group, questions, times, last_asked: lastAsked }) => {
          return {
            group: Number(group),
            questions: Number(questions),
            times: Number(times),
            lastAskedMs: Number(lastAsked),
          }
        }),
        totalGroups: Number(first?.all_groups ?? 0),
        totalQuestions: Number(first?.all_questions ?? 0),
      }
    },
    members: async (filter, groups, limit) => {
      const rows = await rowsWithin<QuestionRow & { vector: Buffer | null }>(
        filter.within,
        (scopes) => queries.members(filter, groups, limit, scopes),
      )
      return rows.map((row) =>
        Object.assign(keptQuestion(row), { vector: row.vector && vectorOf(row.vector) }),
      )
    },
    list: async (filter, page) => {
      const rows = await rowsWithin<QuestionRow>(filter.within, (scopes) =>
        queries.list(filter, page, scopes),
      )
      return rows.map(keptQuestion)
    },
    find: async (id, within) => {
      const [row] = await rowsWithin<QuestionRow>(within, (scopes) => queries.find(id, scopes))
      return row ? keptQuestion(row) : null
    },
    forget: async (which, within) => {
      const forgotten = await rowsWithin(within, (scopes) => queries.forget(which, scopes))
      return forgotten.length
    },
    forgetAll: async () => {
      await query('DELETE FROM footnote_state.kept_questions')
    },
  }
}
