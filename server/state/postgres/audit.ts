import type { Queries } from '../../../index/postgres/database.ts'
import type { AuditLog, AuditEntry } from '../state.ts'

/** As PostgreSQL gives a change: a bigint comes as text. */
type Row = Omit<AuditEntry, 'number' | 'atMs'> & { number: string; at: string }

/** The log of changes in a database. */
export function auditIn({ query }: Queries): AuditLog {
  return {
    add: async ({ by, action, subject, collection }) => {
      await query(
        `INSERT INTO footnote_state.audit (at, by, action, subject, collection)
           VALUES ($1, $2, $3, $4, $5)`,
        [Date.now(), by, action, subject, collection],
      )
    },
    latest: async ({ limit, before = Number.MAX_SAFE_INTEGER, collections = null }) => {
      const rows = await query<Row>(
        `SELECT number, at, by, action, subject, collection FROM footnote_state.audit
           WHERE number < $1 AND ($2::text[] IS NULL OR collection = ANY ($2::text[]))
           ORDER BY number DESC LIMIT $3`,
        [before, collections, limit],
      )
      return Array.from(rows, ({ number, at, ...change }) => {
        return { ...change, number: Number(number), atMs: Number(at) }
      })
    },
  }
}
