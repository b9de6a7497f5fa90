import { hash } from 'node:crypto'
import { z } from 'zod'
import { foldSpace } from '../../presentation/fold-space.ts'
import type { VisibleCollections } from '../access/caller.ts'
import type {
  GroupPage,
  KeptQuestion,
  QuestionFilter,
  QuestionKind,
  QuestionName,
  QuestionVector,
} from './state.ts'
import { foundPlace } from './stored.ts'
import { HOUR_MS } from './times.ts'

/** Both engines keep questions in the same tables and read them by the same statements; what differs is here. */
export interface QuestionDialect {
  /** What stands before the names of tables. */
  readonly schema: string
  /** A condition: a column is one of the values of a list. `list` is a parameter, made by `listOf`. */
  readonly isOneOf: (column: string, list: string) => string
  readonly listOf: (values: readonly (string | number)[]) => unknown
  /** A condition: a text contains another one. */
  readonly contains: (text: string, part: string) => string
}

/** A statement with the values of its parameters `$1`, `$2` … */
export interface Statement {
  readonly sql: string
  readonly values: readonly unknown[]
}

/** How many distinct questions are kept, unless the limits say otherwise. Comparing a new one with as many takes 20 ms. */
export const MAX_QUESTIONS = 50_000

/** The number of an hour since 1970. */
export function hourOf(ms: number): number {
  return Math.floor(ms / HOUR_MS)
}

/** The first moment of an hour, in ms since 1970. */
export function startOf(hour: number): number {
  return hour * HOUR_MS
}

/** The last hour that is forgotten. */
export function forgottenHour(keepMs: number): number {
  return hourOf(Date.now() - keepMs)
}

/**
 * The scope of a question, as it is kept: JSON of the collections in order. JSON also has texts with U+0000, which PostgreSQL's do
 * not have.
 */
export function scopeOf(collections: VisibleCollections): string {
  return JSON.stringify(collections && [...new Set(collections)].toSorted())
}

/** The scopes that somebody may see, of those that there are. */
export function scopesWithin(
  scopes: readonly string[],
  within: VisibleCollections,
): readonly string[] {
  if (within === null) return scopes
  return scopes.filter((scope) => {
    const collections = parseScope(scope)
    return collections !== null && collections.every((collection) => within.includes(collection))
  })
}

/** Identifies a question among all. */
export function questionKey({ interpretedAs, collections }: QuestionName): Buffer {
  return hash('sha256', JSON.stringify([fold(interpretedAs), scopeOf(collections)]), 'buffer')
}

/** The words of a question in which words are looked for, as JSON. */
export function searchedWords(question: string, interpretedAs: string): string {
  return JSON.stringify(`${fold(question)}\n${fold(interpretedAs)}`)
}

function fold(text: string): string {
  return foldSpace(text.normalize()).toLowerCase()
}

/** The bytes of a vector. */
export function bytesOf(vector: Float32Array): Buffer {
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength)
}

/** The vector that bytes are of. */
export function vectorOf(bytes: Buffer): Float32Array {
  // A copy: the bytes of a row need not begin where a float may.
  return new Float32Array(new Uint8Array(bytes).buffer)
}

/** A row of a statement of {@link questionQueries}. PostgreSQL gives large whole numbers as texts. */
export interface QuestionRow {
  readonly id: number | string
  readonly group: number | string
  readonly scope: string
  readonly question: string
  readonly reading: string
  readonly answered: number | boolean
  readonly confidence: number
  readonly found: string
  readonly last_asked: number | string
  readonly times: number | string
  readonly helped: number | string
  readonly unhelpful: number | string
}

/** A row of a question with its vector. */
export interface VectorRow {
  readonly id: number | string
  readonly scope: string
  readonly vector: Buffer
}

/** The vector of a row. */
export function questionVector({ id, scope, vector }: VectorRow): QuestionVector {
  return { id: Number(id), collections: parseScope(scope), vector: vectorOf(vector) }
}

/** The question of a row. */
export function keptQuestion(row: QuestionRow): KeptQuestion {
  return {
    id: Number(row.id),
    group: Number(row.group),
    question: text.parse(JSON.parse(row.question)),
    interpretedAs: text.parse(JSON.parse(row.reading)),
    collections: parseScope(row.scope),
    answered: Boolean(row.answered),
    confidence: row.confidence,
    found: places.parse(JSON.parse(row.found)),
    times: Number(row.times),
    lastAskedMs: Number(row.last_asked),
    helped: Number(row.helped),
    didNotHelp: Number(row.unhelpful),
  }
}

const text = z.string()
const places = z.array(foundPlace)
const scopeJson = z.array(z.string()).nullable()

function parseScope(scope: string): string[] | null {
  return scopeJson.parse(JSON.parse(scope))
}

const ORDER = {
  times: 'times DESC, last_asked DESC, "group"',
  lastAsked: 'last_asked DESC, "group"',
} as const satisfies Record<GroupPage['sort'], string>

/** Adds the value of a parameter, and gives the parameter as it stands in a statement. */
type Parameter = (value: unknown) => string

function beginStatement(): { readonly values: unknown[]; readonly parameter: Parameter } {
  const values: unknown[] = []
  return { values, parameter: (value) => `$${values.push(value)}` }
}

/** Makes the statements that read questions. `scopes` are those that may be seen; `keepMs` is how long questions are kept. */
export function questionQueries(
  { schema, isOneOf, listOf, contains }: QuestionDialect,
  keepMs: number,
) {
  /** The questions that a filter takes, with how often they were asked. `columns` are further ones, `more` a further condition. */
  const matching = (
    parameter: Parameter,
    { kind, unsureBelow, fromMs, toMs, text: words }: Omit<QuestionFilter, 'within'>,
    scopes: readonly string[],
    { columns = 'kept', more = 'TRUE' }: { columns?: 'kept' | 'none'; more?: string } = {},
  ) => {
    const firstHour = forgottenHour(keepMs) + 1
    const fromHour = Math.max(fromMs === null ? 0 : hourOf(fromMs), firstHour)
    const endHour = toMs === null ? LAST_HOUR : hourOf(toMs - 1) + 1
    const asked = `hour >= ${parameter(fromHour)} AND hour < ${parameter(endHour)}`
    const judgements = (isHelpful: string) => `FROM ${schema}kept_judgements AS j
      WHERE j.question_id = q.id AND ${isHelpful}
        AND given >= ${parameter(startOf(fromHour))} AND given < ${parameter(startOf(endHour))}`
    const conditions = [isOneOf('scope', parameter(listOf(scopes))), more]
    if (words !== '') {
      const part = JSON.stringify(fold(words)).slice(1, -1)
      conditions.push(contains('words', parameter(part)))
    }
    const ofKind = {
      unanswered: () => 'NOT answered',
      unsure: () => `answered AND confidence < ${parameter(unsureBelow)}`,
      disliked: () => `EXISTS (SELECT 1 ${judgements('NOT helpful')})`,
      all: () => 'TRUE',
    } satisfies Record<QuestionKind, () => string>
    conditions.push(ofKind[kind]())
    const kept = () => `, scope, question, reading, answered, confidence, found,
      (SELECT count(*) ${judgements('helpful')}) AS helped,
      (SELECT count(*) ${judgements('NOT helpful')}) AS unhelpful`
    return `SELECT q.id, coalesce(group_id, q.id) AS "group", last_asked, sum(times) AS times${columns === 'kept' ? kept() : ''}
      FROM ${schema}kept_questions AS q JOIN ${schema}kept_hours AS h ON h.question_id = q.id AND ${asked}
      WHERE ${conditions.join(' AND ')} GROUP BY q.id`
  }
  /** A condition: a question is of one of some groups. An index finds these. */
  const ofGroups = (parameter: Parameter, groups: readonly number[]) => {
    const list = parameter(listOf(groups))
    return `(${isOneOf('group_id', list)} OR (group_id IS NULL AND ${isOneOf('id', list)}))`
  }

  return {
    groups: (filter: QuestionFilter, page: GroupPage, scopes: readonly string[]): Statement => {
      const { values, parameter } = beginStatement()
      const { group, sort, limit, offset } = page
      const more = group === null ? 'TRUE' : ofGroups(parameter, [group])
      const sql = `SELECT "group", count(*) AS questions, sum(times) AS times, max(last_asked) AS last_asked,
          count(*) OVER () AS all_groups, sum(count(*)) OVER () AS all_questions
        FROM (${matching(parameter, filter, scopes, { columns: 'none', more })}) AS matching
        GROUP BY "group" ORDER BY ${ORDER[sort]} LIMIT ${parameter(limit)} OFFSET ${parameter(offset)}`
      return { sql, values }
    },
    members: (
      filter: QuestionFilter,
      groups: readonly number[],
      limit: number,
      scopes: readonly string[],
    ): Statement => {
      const { values, parameter } = beginStatement()
      const more = ofGroups(parameter, groups)
      const sql = `SELECT placed.*, vector FROM (
          SELECT matching.*, row_number() OVER (PARTITION BY "group" ORDER BY times DESC, id) AS place
            FROM (${matching(parameter, filter, scopes, { more })}) AS matching) AS placed
        LEFT JOIN ${schema}kept_vectors AS vectors ON vectors.question_id = placed.id
        WHERE place <= ${parameter(limit)} ORDER BY "group", place`
      return { sql, values }
    },
    list: (
      filter: QuestionFilter,
      { afterId, limit }: { readonly afterId: number; readonly limit: number },
      scopes: readonly string[],
    ): Statement => {
      const { values, parameter } = beginStatement()
      const more = `q.id > ${parameter(afterId)}`
      const sql = `${matching(parameter, filter, scopes, { more })} ORDER BY q.id LIMIT ${parameter(limit)}`
      return { sql, values }
    },
    find: (id: number, scopes: readonly string[]): Statement => {
      const { values, parameter } = beginStatement()
      const more = `q.id = ${parameter(id)}`
      return { sql: matching(parameter, ANY, scopes, { more }), values }
    },
    forget: (
      which: { readonly id: number } | { readonly group: number },
      scopes: readonly string[],
    ): Statement => {
      const { values, parameter } = beginStatement()
      const chosen =
        'id' in which ? `id = ${parameter(which.id)}` : ofGroups(parameter, [which.group])
      const isSeen = isOneOf('scope', parameter(listOf(scopes)))
      return {
        sql: `DELETE FROM ${schema}kept_questions WHERE ${chosen} AND ${isSeen} RETURNING id`,
        values,
      }
    },
    scopes: `SELECT DISTINCT scope FROM ${schema}kept_questions`,
    ungrouped: `SELECT id, scope, vector FROM ${schema}kept_questions
      JOIN ${schema}kept_vectors ON question_id = id WHERE group_id IS NULL ORDER BY id LIMIT $1`,
    leaders: `SELECT id, group_id AS "group", scope, vector FROM ${schema}kept_questions AS leader
      JOIN ${schema}kept_vectors ON question_id = id
      WHERE id > $1 AND group_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ${schema}kept_questions AS older
        WHERE older.group_id = leader.group_id AND older.id < leader.id) ORDER BY id`,
    putIntoGroup: `UPDATE ${schema}kept_questions SET group_id = $2 WHERE id = $1`,
  }
}

/** Later than every hour that a clock tells, and as a time still a whole number that is exact. */
const LAST_HOUR = 1e9

const ANY: Omit<QuestionFilter, 'within'> = {
  kind: 'all',
  unsureBelow: 0,
  fromMs: null,
  toMs: null,
  text: '',
}
