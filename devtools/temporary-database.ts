import { randomBytes } from 'node:crypto'
import { openDatabase } from '../index/postgres/database.ts'

/** How long creating or dropping a database may take, in ms: it copies files. */
const TIMEOUT_MS = 60_000

/**
 * Creates an empty database on the server of `url`, so that no index there is touched, runs `work` with its address, and drops it.
 */
export async function withTemporaryDatabase<T>(
  url: string,
  work: (databaseUrl: string) => Promise<T>,
): Promise<T> {
  const server = openDatabase(url, { maxConnections: 1, statementTimeoutMs: TIMEOUT_MS })
  const name = `footnote_measured_${randomBytes(8).toString('hex')}`
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
