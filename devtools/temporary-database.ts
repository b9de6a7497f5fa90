import { randomBytes } from 'node:crypto'
import { FootnoteError } from '../index/errors.ts'
import { openDatabase } from '../index/postgres/database.ts'

/** Where the address of a PostgreSQL server comes from, if no option names it. */
export const DATABASE_VARIABLE = 'TEST_DATABASE_URL'

/** The address that an option or `TEST_DATABASE_URL` names. Throws `setting-invalid` where neither does. */
export function serverUrl(option: string | undefined): string {
  const url = option ?? process.env[DATABASE_VARIABLE] ?? ''
  if (url !== '') return url
  throw new FootnoteError(
    'setting-invalid',
    `Name a PostgreSQL server with pgvector, by --database or ${DATABASE_VARIABLE}: postgres://USER:PASSWORD@HOST:PORT/DATABASE. Its user must be allowed to create databases.`,
  )
}

/**
 * Creates an empty database on the server of `url`, so that no index there is touched, runs `work` with its address, and drops it.
 */
export async function withTemporaryDatabase<T>(
  url: string,
  work: (databaseUrl: string) => Promise<T>,
): Promise<T> {
  const server = openDatabase(url, { maxConnections: 1, statementTimeoutMs: 0 })
  const name = `footnote_${randomBytes(8).toString('hex')}`
  try {
    await server.query(`CREATE DATABASE ${name}`)
    try {
      const created = new URL(url)
      created.pathname = `/${name}`
      return await work(created.href)
    } finally {
      await server.query(`DROP DATABASE ${name} WITH (FORCE)`)
    }
  } finally {
    await server.close()
  }
}
