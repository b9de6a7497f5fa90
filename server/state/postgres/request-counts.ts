import { hash } from 'node:crypto'
import type { Queries } from '../../../index/postgres/database.ts'
import type { RequestCounts } from '../state.ts'

/**
 * Counts requests in a table without a log, which a crash of the database empties. Measured on one machine: 0.2 ms a request at the
 * median, 0.3 ms if all are of one client; `SELECT 1` takes 0.1 ms. Only a hash of the client is kept.
 */
export function requestCountsIn({ query }: Queries): RequestCounts {
  return {
    count: async (client, windowMs) => {
      const [row] = await query<{ requests: number; ends: number }>(
        `INSERT INTO footnote_state.requests AS kept (client, requests, ends) VALUES ($1, 1, now() + $2 * interval '1 ms')
           ON CONFLICT (client) DO UPDATE SET
             requests = CASE WHEN kept.ends <= now() THEN 1 ELSE kept.requests + 1 END,
             ends = CASE WHEN kept.ends <= now() THEN EXCLUDED.ends ELSE kept.ends END
           RETURNING requests, (extract(epoch FROM ends) * 1000)::float8 AS ends`,
        [hash('sha256', client, 'buffer'), windowMs],
      )
      if (!row) throw new Error('a request was not counted')
      return { requests: row.requests, endsAtMs: row.ends }
    },
  }
}
