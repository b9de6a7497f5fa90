import { randomBytes } from 'node:crypto'
import { Client, type QueryResult } from 'pg'
import { inject, onTestFinished } from 'vitest'

/** The address of the PostgreSQL server of the tests; undefined where there is none, and the tests that need it are skipped. */
export const POSTGRES_URL = inject('postgresUrl')

/** Options of a database whose texts are in ISO 8859-1. */
export const LATIN1 = `ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0`

/** Creates an empty database, dropped when the test, or `remove`, has ended. Gives its address. */
export async function temporaryDatabase(
  remove: (clean: () => Promise<void>) => void = onTestFinished,
  options = '',
): Promise<string> {
  if (POSTGRES_URL === undefined) throw new Error('there is no PostgreSQL server')
  const name = `footnote_${randomBytes(8).toString('hex')}`
  await execute(POSTGRES_URL, `CREATE DATABASE ${name} ${options}`)
  remove(async () => {
    await execute(POSTGRES_URL, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
  })
  const url = new URL(POSTGRES_URL)
  url.pathname = `/${name}`
  return url.href
}

/** Runs a statement on a connection of its own. */
export async function execute(url: string, statement: string): Promise<QueryResult> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return await client.query(statement)
  } finally {
    await client.end()
  }
}
