import { Client, type ClientBase, type ClientConfig, Pool } from 'pg'
import { FootnoteError } from '../errors.ts'
import { DatabaseError, postgresError } from './postgres-errors.ts'

/** Runs statements, outside a transaction or in one. */
export interface Queries {
  /** Runs a statement with `$1`, `$2` … for the values, and gives its rows. A Buffer is sent as binary. */
  readonly query: <Row extends object>(
    statement: string,
    values?: readonly unknown[],
  ) => Promise<Row[]>
}

/**
 * A PostgreSQL database, by a pool of connections. Every call rejects with `database-unavailable`, `disk-full`, `storage-busy` or
 * `storage-unwritable` where the database is the cause, and works again once that has ended.
 */
export interface Database extends Queries {
  /** Runs `work` in a transaction on one connection. It is rolled back if `work` rejects. */
  transaction<T>(work: (queries: Queries) => Promise<T>): Promise<T>
  /**
   * A connection of its own, for what lasts as long as a connection does, such as an advisory lock. Its statements may take as
   * long as they need.
   */
  connect(): Promise<Connection>
  /** Waits for running statements, then closes all connections. */
  close(): Promise<void>
}

/** One connection. */
export interface Connection extends Queries {
  /** Runs `work` in a transaction, which is rolled back if `work` rejects. No other statement may be run meanwhile. */
  transaction<T>(work: (queries: Queries) => Promise<T>): Promise<T>
  /** Closes it, which releases its locks. */
  close(): Promise<void>
}

/** Limits of the connections of one process. */
export interface DatabaseOptions {
  /** The most connections. Default: 10. Servers and builders together must stay below `max_connections` of the database. */
  readonly maxConnections?: number
  /** How long a statement may take, in ms. Default: 10 s; a question may take 30 s. */
  readonly statementTimeoutMs?: number
  /** Is told how statements go, to notice when the database fails and when it works again. Default: nobody. */
  readonly watcher?: DatabaseWatcher
}

/** Is told how the statements and connections of a database go. */
export interface DatabaseWatcher {
  worked(): void
  failed(error: DatabaseError): void
}

/** How long a connection may take to come, in ms: a request rather gets an error than waits longer. */
const CONNECT_TIMEOUT_MS = 3000
/** What a statement may take longer on its way than in the database, in ms. After that, the network is taken for dead. */
const NETWORK_MS = 2000
/** How long a connection is silent before the system asks whether the other side is there, in ms: its own default is two hours. */
const KEEP_ALIVE_MS = 10_000
/** How long an idle connection stays open, in ms. */
const IDLE_MS = 30_000

/**
 * Opens a database by its address, without connecting to it yet. Throws `setting-invalid` if it is no address of a PostgreSQL
 * database, or names certificates that cannot be read.
 */
export function openDatabase(
  url: string,
  { maxConnections = 10, statementTimeoutMs = 10_000, watcher }: DatabaseOptions = {},
): Database {
  if (!isPostgresUrl(url)) {
    const message =
      'DATABASE_URL is not the address of a PostgreSQL database. Set it to postgres://USER:PASSWORD@HOST:PORT/DATABASE.'
    throw new FootnoteError('setting-invalid', message)
  }
  const options: ClientConfig = {
    connectionString: url,
    application_name: 'footnote',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
  }
  requireReadable(options)
  const pool = new Pool({
    ...options,
    max: maxConnections,
    idleTimeoutMillis: IDLE_MS,
    statement_timeout: statementTimeoutMs,
    query_timeout: statementTimeoutMs + NETWORK_MS,
    idle_in_transaction_session_timeout: statementTimeoutMs,
  })
  // An idle connection that the database ends is an event. Without a listener, it would end this process.
  pool.on('error', ignore)
  const watched = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      const result = await work()
      watcher?.worked()
      return result
    } catch (error) {
      const told = postgresError(error)
      if (told instanceof DatabaseError) watcher?.failed(told)
      throw told
    }
  }
  const queriesOn = (client: Pool | ClientBase): Queries => {
    return { query: (statement, values) => watched(() => run(client, statement, values)) }
  }
  return {
    ...queriesOn(pool),
    transaction: async (work) => {
      const client = await watched(() => pool.connect())
      // So would a connection that is in use.
      client.on('error', ignore)
      let isBroken = false
      try {
        return await inTransaction(queriesOn(client), work)
      } catch (error) {
        // A connection that is lost or too slow cannot roll back; one to a server that is read-only now would stay so.
        isBroken = error instanceof DatabaseError || !(await canRollBack(client))
        throw error
      } finally {
        client.removeListener('error', ignore)
        client.release(isBroken)
      }
    },
    connect: async () => {
      const client = new Client(options)
      client.on('error', ignore)
      await watched(() => client.connect())
      const queries = queriesOn(client)
      return {
        ...queries,
        transaction: async (work) => {
          try {
            return await inTransaction(queries, work)
          } catch (error) {
            await canRollBack(client)
            throw error
          }
        },
        close: () => client.end(),
      }
    },
    close: () => pool.end(),
  }
}

async function canRollBack(client: ClientBase): Promise<boolean> {
  try {
    await client.query('ROLLBACK')
    return true
  } catch {
    return false
  }
}

/** Reads the certificates that an address names, as each connection does. Throws `setting-invalid` where there are none. */
function requireReadable(options: ClientConfig): void {
  try {
    void new Client(options)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const message = `DATABASE_URL names a file that cannot be read: ${reason}.`
    throw new FootnoteError('setting-invalid', message, error)
  }
}

/** Whether a text is the address of a PostgreSQL database. */
export function isPostgresUrl(text: string): boolean {
  return /^postgres(?:ql)?:\/\//.test(text) && URL.canParse(text)
}

async function inTransaction<T>(
  queries: Queries,
  work: (queries: Queries) => Promise<T>,
): Promise<T> {
  await queries.query('BEGIN')
  const result = await work(queries)
  await queries.query('COMMIT')
  return result
}

async function run<Row extends object>(
  client: Pool | ClientBase,
  statement: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  const { rows } = await client.query<Row>(statement, values.map(storable))
  return rows
}

/** The value without NUL characters, which PostgreSQL's texts cannot have: U+FFFD is in their place. */
function storable(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('\0', '\uFFFD')
  return Array.isArray(value) ? value.map(storable) : value
}

function ignore(): void {}
