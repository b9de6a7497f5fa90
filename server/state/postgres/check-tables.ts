import { setTimeout } from 'node:timers/promises'
import { FootnoteError } from '../../../index/errors.ts'
import type { Queries } from '../../../index/postgres/database.ts'
import { RESTORE_TABLES } from './missing-tables.ts'
import { STATE_TABLES } from './tables.ts'

/** How long a check waits, in ms: who asks whether a server is ready waits a few seconds at most. */
const CHECK_MS = 2000

const RIGHTS = ['SELECT', 'INSERT', 'UPDATE', 'DELETE']

/** One statement: a check must not wait for several replies. A list of rights at once would mean any of them. */
const CHECK = `
  SELECT current_setting('transaction_read_only') = 'on' AS "isReadOnly",
    array_agg(name ORDER BY name) FILTER (WHERE kept.oid IS NULL) AS missing,
    array_agg(name ORDER BY name) FILTER (WHERE NOT (has_schema_privilege(kept.relnamespace, 'USAGE')
      AND ${RIGHTS.map((right) => `has_table_privilege(kept.oid, '${right}')`).join(' AND ')})) AS forbidden
    FROM unnest($1::text[]) AS name LEFT JOIN pg_class AS kept ON kept.relname = name
      AND kept.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = 'footnote_state')`

interface Checked {
  readonly isReadOnly: boolean
  readonly missing: readonly string[] | null
  readonly forbidden: readonly string[] | null
}

/**
 * Checks that something can be stored. Rejects with `database-unavailable` where no answer comes in time, and with `storage-unwritable`
 * where the database is read-only, or lacks tables or the right to write them.
 */
export async function checkTables({ query }: Queries): Promise<void> {
  const answer = query<Checked>(CHECK, [STATE_TABLES])
  const rows = await Promise.race([answer, setTimeout(CHECK_MS, null, { ref: false })])
  if (rows === null) {
    const message = `The database has not answered for ${CHECK_MS} ms. Check that it runs, and look for long statements in it.`
    throw new FootnoteError('database-unavailable', message)
  }
  const [checked] = rows
  if (checked?.isReadOnly) {
    const message =
      'The database is read-only. Point DATABASE_URL at the primary server, or allow writing again.'
    throw new FootnoteError('storage-unwritable', message)
  }
  if (checked?.missing) {
    const message = `The database lacks tables in the schema footnote_state: ${checked.missing.join(', ')}. ${RESTORE_TABLES}`
    throw new FootnoteError('storage-unwritable', message)
  }
  if (checked?.forbidden) {
    const message = `The user in DATABASE_URL may not read and write tables in the schema footnote_state: ${checked.forbidden.join(', ')}. Grant it USAGE on the schema, and ${RIGHTS.join(', ')} on all tables in it.`
    throw new FootnoteError('storage-unwritable', message)
  }
}
