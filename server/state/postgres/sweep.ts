import type { Queries } from '../../../index/postgres/database.ts'
import { MAX_QUESTIONS } from '../question-queries.ts'
import type { ConversationLimits } from '../state.ts'
import {
  DAY_MS,
  HOUR_MS,
  MAX_WEBHOOKS,
  PLACE_TTL_MS,
  UNHANDLED_TTL_MS,
  WEBHOOK_TTL_MS,
} from '../times.ts'

/** The oldest feedback beyond this number is forgotten, so that nobody can fill the disk. */
const MAX_FEEDBACK = 10_000

/** Rows that one statement removes: far fewer than it can remove in the time that a statement has. */
const BATCH_ROWS = 2000

/** By the clock of the database: that of one server may be wrong, and would delete what the others still need. */
const NOW = '(extract(epoch FROM now()) * 1000)::bigint'

/**
 * A statement that removes up to `$1` rows, or with `UPDATE` their events alone, and gives a row for each. An array chooses the rows
 * once; a join could choose other rows a second time. Rows that another server is removing or using are skipped.
 */
function expired(table: string, key: string, condition: string, action = 'DELETE FROM'): string {
  const set = action === 'UPDATE' ? 'SET event = NULL' : ''
  return `${action} footnote_state.${table} ${set} WHERE ${key} = ANY (ARRAY(
    SELECT ${key} FROM footnote_state.${table} WHERE ${condition} LIMIT $1 FOR UPDATE SKIP LOCKED)) RETURNING 1`
}

const EXCESS_FEEDBACK = `DELETE FROM footnote_state.feedback WHERE id = ANY (ARRAY(
  SELECT id FROM footnote_state.feedback ORDER BY given DESC, number DESC OFFSET $2 LIMIT $1)) RETURNING 1`

const EXCESS_WEBHOOKS = `DELETE FROM footnote_state.webhooks WHERE number = ANY (ARRAY(
  SELECT number FROM footnote_state.webhooks ORDER BY number DESC OFFSET $2 LIMIT $1)) RETURNING 1`

const EXCESS_QUESTIONS = `DELETE FROM footnote_state.kept_questions WHERE id = ANY (ARRAY(
  SELECT id FROM footnote_state.kept_questions ORDER BY last_asked DESC, id DESC OFFSET $2 LIMIT $1)) RETURNING 1`

/** The last hour that is forgotten, where questions are kept for `$2` ms. */
const FORGOTTEN_HOUR = `(${NOW} - $2) / ${HOUR_MS}`

/** What removes questions; nothing where none are kept. */
function questionKinds({
  keepQuestionsMs = 0,
  maxQuestions = MAX_QUESTIONS,
}: ConversationLimits): readonly Kind[] {
  if (keepQuestionsMs === 0) return []
  return [
    [expired('kept_hours', 'ctid', `hour <= ${FORGOTTEN_HOUR}`), keepQuestionsMs],
    [expired('kept_judgements', 'name', `given <= ${NOW} - $2`), keepQuestionsMs],
    [
      expired('kept_questions', 'id', `last_asked < (${FORGOTTEN_HOUR} + 1) * ${HOUR_MS}`),
      keepQuestionsMs,
    ],
    [EXCESS_QUESTIONS, maxQuestions],
  ]
}

type Kind = readonly [statement: string, ...values: number[]]

export interface SweepOptions {
  readonly limits: ConversationLimits
  /** Whether to stop before the next statement. */
  readonly isStopped: () => boolean
  /** Is told why a kind of row could not be removed. The others are removed nevertheless. */
  readonly failed: (error: unknown) => void
}

/** Removes what is too old, in statements that are short, each kind of row on its own. */
export async function sweep({ query }: Queries, options: SweepOptions): Promise<void> {
  const { limits, isStopped, failed } = options
  const kinds: readonly Kind[] = [
    [expired('conversations', 'id', `used <= ${NOW} - $2`), limits.conversationTtlMs],
    [EXCESS_FEEDBACK, MAX_FEEDBACK],
    [expired('deliveries', 'number', `received <= ${NOW} - $2`), DAY_MS],
    [
      expired('deliveries', 'number', `event IS NOT NULL AND received <= ${NOW} - $2`, 'UPDATE'),
      UNHANDLED_TTL_MS,
    ],
    [expired('replies', 'button', `given <= ${NOW} - $2`), DAY_MS],
    [expired('places', 'place', `used <= ${NOW} - $2`), PLACE_TTL_MS],
    [expired('requests', 'client', 'ends <= now()')],
    [expired('webhooks', 'number', `added <= ${NOW} - $2`), WEBHOOK_TTL_MS],
    [EXCESS_WEBHOOKS, MAX_WEBHOOKS],
    ...questionKinds(limits),
  ]
  for (const [statement, ...values] of kinds) {
    try {
      let removed = BATCH_ROWS
      while (removed === BATCH_ROWS && !isStopped()) {
        removed = (await query(statement, [BATCH_ROWS, ...values])).length
      }
    } catch (error) {
      failed(error)
    }
  }
}
