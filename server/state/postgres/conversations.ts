import type { Queries } from '../../../index/postgres/database.ts'
import { newConversationId } from '../conversation-id.ts'
import type { ConversationLimits, ConversationStore, UnansweredQuestion } from '../state.ts'
import { type StoredTurn, storedTurn } from '../stored.ts'

/** The conversations in a database. */
export function conversationsIn(
  { query }: Queries,
  { conversationTtlMs, maxTurns }: ConversationLimits,
): ConversationStore {
  const expiredBefore = () => Date.now() - conversationTtlMs
  const versionOf = async (id: string) => {
    const [row] = await query<{ version: number }>(
      'SELECT version FROM footnote_state.conversations WHERE id = $1 AND used > $2',
      [id, expiredBefore()],
    )
    return row?.version ?? null
  }
  return {
    begin: async (turn, id = newConversationId()) => {
      await query(
        `WITH begun AS (
           INSERT INTO footnote_state.conversations (id, used, version) VALUES ($1, $2, 1))
         INSERT INTO footnote_state.turns (conversation, version, turn, unanswered) VALUES ($1, 1, $3, $4)`,
        [id, Date.now(), JSON.stringify(turn), unansweredIn(turn)],
      )
      return id
    },
    find: async (id) => {
      // One statement sees one moment: no turn can come between the version and the turns.
      const rows = await query<{ version: number; turn: string }>(
        `SELECT kept.version, turn FROM footnote_state.conversations AS kept
           JOIN footnote_state.turns ON conversation = id
           WHERE id = $1 AND used > $2 ORDER BY turns.version`,
        [id, expiredBefore()],
      )
      const [first] = rows
      if (!first) return null
      const turns = Array.from(rows, ({ turn }) => storedTurn.parse(JSON.parse(turn)))
      return { version: first.version, turns }
    },
    add: async (id, turn, version) => {
      const added = await query(
        `WITH changed AS (
           UPDATE footnote_state.conversations SET used = $2, version = version + 1
             WHERE id = $1 AND version = $3 AND used > $4 RETURNING id, version),
         cut AS (
           DELETE FROM footnote_state.turns USING changed
             WHERE conversation = changed.id AND turns.version <= changed.version - $5)
         INSERT INTO footnote_state.turns (conversation, version, turn, unanswered)
           SELECT id, version, $6, $7 FROM changed RETURNING version`,
        [
          id,
          Date.now(),
          version,
          expiredBefore(),
          maxTurns,
          JSON.stringify(turn),
          unansweredIn(turn),
        ],
      )
      if (added.length > 0) return 'added'
      return (await versionOf(id)) === null ? 'unknown' : 'changed'
    },
    forget: async (id) => {
      const forgotten = await query<{ used: string }>(
        'DELETE FROM footnote_state.conversations WHERE id = $1 RETURNING used',
        [id],
      )
      // One that is too old was forgotten already.
      return forgotten.some(({ used }) => Number(used) > expiredBefore())
    },
    unanswered: async () => {
      const rows = await query<{ unanswered: string; times: string }>(
        `SELECT unanswered, count(*) AS times FROM footnote_state.turns
           WHERE unanswered IS NOT NULL GROUP BY unanswered ORDER BY max(number) DESC`,
      )
      return Array.from(rows, ({ unanswered, times }): UnansweredQuestion => {
        return { question: JSON.parse(unanswered), times: Number(times) }
      })
    },
  }
}

/** A searched question without an answer, as JSON, since a text of PostgreSQL has no character U+0000; null of any other turn. */
function unansweredIn({ searched, answered, interpretedAs }: StoredTurn): string | null {
  return searched && !answered ? JSON.stringify(interpretedAs) : null
}
