import { setTimeout } from 'node:timers/promises'
import { Client } from 'pg'

/** What must be gone from a database some seconds after the last build and the last question. */
const LEFTOVERS = {
  'advisory locks': `SELECT count(*)::integer AS count FROM pg_locks WHERE locktype = 'advisory'`,
  'open transactions': `SELECT count(*)::integer AS count FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'`,
  'unfinished generations': `SELECT count(*)::integer AS count FROM footnote.generations WHERE published IS NULL`,
  'generations that were replaced more than ten minutes ago': `SELECT count(*)::integer AS count FROM footnote.generations
     WHERE replaced < now() - interval '10 minutes'`,
  'schemas of no generation': `SELECT count(*)::integer AS count FROM pg_namespace
     WHERE nspname LIKE 'footnote\\_generation\\_%' AND NOT EXISTS (
       SELECT 1 FROM footnote.generations WHERE nspname = 'footnote_generation_' || number)`,
  'events of Slack that wait': `SELECT count(*)::integer AS count FROM footnote_state.deliveries WHERE event IS NOT NULL`,
  'turns of no conversation': `SELECT count(*)::integer AS count FROM footnote_state.turns
     WHERE NOT EXISTS (SELECT 1 FROM footnote_state.conversations WHERE id = conversation)`,
}

/** How long the database may take to notice that a connection is gone, in ms. */
const PATIENCE_MS = 5000

/** What is left over in a database, each with its number. */
export async function leftoversIn(databaseUrl: string): Promise<string[]> {
  const client = new Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    const deadline = Date.now() + PATIENCE_MS
    for (;;) {
      const found: string[] = []
      for (const [what, statement] of Object.entries(LEFTOVERS)) {
        const { rows } = await client.query<{ count: number }>(statement)
        const count = rows[0]?.count ?? 0
        if (count > 0) found.push(`${count} ${what}`)
      }
      if (found.length === 0 || Date.now() > deadline) return found
      await setTimeout(200)
    }
  } finally {
    await client.end()
  }
}
