import { hash } from 'node:crypto'
import type { Queries } from '../../../index/postgres/database.ts'
import type { FeedbackStore } from '../state.ts'
import { storedReply } from '../stored.ts'

/** The feedback in a database. */
export function feedbackIn({ query }: Queries): FeedbackStore {
  return {
    give: async (name, reply, helpful) => {
      const json = JSON.stringify(storedReply.parse(reply))
      await query(
        `INSERT INTO footnote_state.feedback (id, given, helpful, reply) VALUES ($1, $2, $3, $4)
           ON CONFLICT (id) DO UPDATE SET number = DEFAULT, given = $2, helpful = $3, reply = $4`,
        [hash('sha256', name, 'base64url'), Date.now(), helpful, json],
      )
    },
    all: async () => {
      const rows = await query<{ given: string; helpful: boolean; reply: string }>(
        'SELECT given, helpful, reply FROM footnote_state.feedback ORDER BY given DESC, number DESC',
      )
      return Array.from(rows, ({ given, helpful, reply }) => {
        return { ...storedReply.parse(JSON.parse(reply)), helpful, givenAtMs: Number(given) }
      })
    },
  }
}
