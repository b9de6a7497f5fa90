import type { Database, Queries } from '../../../index/postgres/database.ts'
import type { KeptRecord, RecordKind, RecordStore } from '../state.ts'

/** The records in a database. */
export function recordsIn(database: Database): RecordStore {
  const { query } = database
  const change = (kind: RecordKind, statement: string, values: readonly string[]) =>
    database.transaction(async (queries) => {
      const changed = await queries.query(statement, [kind, ...values])
      if (changed.length > 0) await countChange(kind, queries)
      return changed.length > 0
    })
  return {
    all: (kind) =>
      query<KeptRecord>(
        'SELECT id, json FROM footnote_state.records WHERE kind = $1 ORDER BY number',
        [kind],
      ),
    find: async (kind, id) => {
      const [found] = await query<{ json: string }>(
        'SELECT json FROM footnote_state.records WHERE kind = $1 AND id = $2',
        [kind, id],
      )
      return found?.json ?? null
    },
    add: (kind, { id, json }) =>
      change(
        kind,
        `INSERT INTO footnote_state.records (kind, id, json) VALUES ($1, $2, $3)
           ON CONFLICT DO NOTHING RETURNING 1`,
        [id, json],
      ),
    replace: (kind, { id, json }) =>
      change(
        kind,
        'UPDATE footnote_state.records SET json = $3 WHERE kind = $1 AND id = $2 RETURNING 1',
        [id, json],
      ),
    remove: (kind, id) =>
      change(kind, 'DELETE FROM footnote_state.records WHERE kind = $1 AND id = $2 RETURNING 1', [
        id,
      ]),
    version: async (kind) => {
      const [row] = await query<{ version: number }>(
        'SELECT version FROM footnote_state.record_versions WHERE kind = $1',
        [kind],
      )
      return row?.version ?? 0
    },
  }
}

async function countChange(kind: RecordKind, { query }: Queries): Promise<void> {
  await query(
    `INSERT INTO footnote_state.record_versions AS kept VALUES ($1, 1)
       ON CONFLICT (kind) DO UPDATE SET version = kept.version + 1`,
    [kind],
  )
}
