import { Client, type ClientBase, type ClientConfig, Pool } from 'pg'
import { FootnoteError } from '../errors.ts'
import { DatabaseError, postgresError } from './postgres-errors.ts'
import { isPostgresUrl, POSTGRES_URL_FORM } from './postgres-url.ts'

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
  /**
   * Runs a statement that takes no time in the database, such as the release of a lock. Rejects with `database-unavailable` where no
   * reply comes within the limit of a statement; the connection can then only be closed.
   */
  readonly queryBriefly: Queries['query']
  /** Closes it, which releases its locks. Waits no longer than 2 s for the database to agree. */
  close(): Promise<void>
}

/** Limits of the connections of one process. */
export interface DatabaseOptions {
  /** The most connections. Default: 10. Servers and builders together must stay below `max_connections` of the database. */
  readonly maxConnections?: number
  /** How long a statement may take, in ms. Default: 10 s; a question may take 30 s. */
  readonly statementTimeoutMs?: number
}

/** How long a connection may take to come, in ms: a request rather gets an error than waits longer. */
const CONNECT_TIMEOUT_MS = 3000
/** What a statement may take longer on its way than in the database, in ms. After that, the network is taken for dead. */
const NETWORK_MS = 2000
/** How long a connection is silent before the system asks whether the other side is there, in ms: its own default is two hours. */
const KEEP_ALIVE_MS = 10_000
/** How long a statement of the pool waits for a lock, in ms: less than a request waits for a connection, so that a locked table holds up no other. */
const LOCK_MS = 2000
/**
 * The schemas in which a name without a schema is looked up. Others may create functions and operators in `public` that are
 * preferred to PostgreSQL's own and would run as Footnote's user, so it is not among them.
 */
export const SEARCH_PATH = 'pg_catalog'
/** How long an idle connection stays open, in ms. */
const IDLE_MS = 30_000

/**
 * Opens a database by its address, without connecting to it yet. Throws `setting-invalid` if it is no address of a PostgreSQL
 * database, or names certificates that cannot be read.
 */
export function openDatabase(
  url: string,
  { maxConnections = 10, statementTimeoutMs = 10_000 }: DatabaseOptions = {},
): Database {
  if (!isPostgresUrl(url)) {
    const message = `DATABASE_URL is not the address of a PostgreSQL database. Set it to ${POSTGRES_URL_FORM}.`
    throw new FootnoteError('setting-invalid', message)
  }
  const options: ClientConfig = {
    connectionString: withSearchPath(url),
    application_name: 'footnote',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
  }
  requireUsable(options)
  const limitMs = statementTimeoutMs + NETWORK_MS
  const pool = new Pool({
    ...options,
    max: maxConnections,
    idleTimeoutMillis: IDLE_MS,
    // A connection whose end the database does not confirm would keep a command from ending.
    allowExitOnIdle: true,
    statement_timeout: statementTimeoutMs,
    lock_timeout: LOCK_MS,
    query_timeout: limitMs,
    idle_in_transaction_session_timeout: statementTimeoutMs,
  })
  // An idle connection that the database ends is an event. Without a listener, it would end this process.
  pool.on('error', ignore)
  return {
    ...queriesOn(pool),
    transaction: async (work) => {
      const client = await explained(pool.connect())
      // So would a connection that is in use.
      client.on('error', ignore)
      let isBroken = false
      try {
        return await inTransaction(queriesOn(client), work)
      } catch (error) {
        // A connection that is lost or too slow cannot roll back; one to a server that is read-only now would stay so.
        isBroken = error instanceof DatabaseError || !(await canRollBack(client, limitMs))
        throw error
      } finally {
        client.removeListener('error', ignore)
        client.release(isBroken)
      }
    },
    connect: async () => {
      const client = new Client(options)
      client.on('error', ignore)
      await explained(client.connect())
      return connectionOn(client, limitMs)
    },
    close: () => pool.end(),
  }
}

/** A connection whose statements have no time limit, except those that end something: nobody would end what hangs there. */
function connectionOn(client: Client, limitMs: number): Connection {
  const queries = queriesOn(client)
  return {
    ...queries,
    queryBriefly: queriesOn(client, limitMs).query,
    transaction: async (work) => {
      try {
        return await inTransaction(queries, work)
      } catch (error) {
        // Further statements would wait for the reply that does not come.
        if (!(await canRollBack(client, limitMs))) await end(client)
        throw error
      }
    },
    close: () => end(client),
  }
}

/** Closes a connection. Where the database does not confirm that, it is closed on this side alone. */
async function end(client: Client): Promise<void> {
  const timer = setTimeout(() => client.connection.stream.destroy(), NETWORK_MS)
  try {
    await client.end()
  } finally {
    clearTimeout(timer)
  }
}

async function canRollBack(client: ClientBase, limitMs: number): Promise<boolean> {
  try {
    await run(client, 'ROLLBACK', [], limitMs)
    return true
  } catch {
    return false
  }
}

/** Reads an address, and the certificates that it names, as each connection does. Throws `setting-invalid` where that fails. */
function requireUsable(options: ClientConfig): void {
  try {
    void new Client(options)
  } catch (error) {
    if (error instanceof URIError) {
      const message = `DATABASE_URL is not a URL: it has a "%" that stands for no character. Set it to ${POSTGRES_URL_FORM}.`
      throw new FootnoteError('setting-invalid', message)
    }
    const reason = error instanceof Error ? error.message : String(error)
    const message = `DATABASE_URL names a file that cannot be read: ${reason}.`
    throw new FootnoteError('setting-invalid', message, error)
  }
}

/** The address with the search path among its options, after those that it has: the last one counts. PGOPTIONS no longer counts then. */
function withSearchPath(url: string): string {
  const address = new URL(url)
  const own = address.searchParams.get('options') ?? ''
  address.searchParams.set('options', `${own} -c search_path=${SEARCH_PATH}`.trim())
  return address.href
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

/** The queries of a pool or a connection. Default of `limitMs`: the limit that it was opened with. */
function queriesOn(client: Pool | ClientBase, limitMs?: number): Queries {
  return { query: (statement, values) => explained(run(client, statement, values, limitMs)) }
}

async function run<Row extends object>(
  client: Pool | ClientBase,
  statement: string,
  values: readonly unknown[] = [],
  limitMs?: number,
): Promise<Row[]> {
  const limited = { text: statement, values: values.map(storable), query_timeout: limitMs }
  const { rows } = await client.query<Row>(limited)
  return rows
}

async function explained<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw postgresError(error)
  }
}

/** The value without NUL characters, which PostgreSQL's texts cannot have: U+FFFD is in their place. */
function storable(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('\0', '\uFFFD')
  return Array.isArray(value) ? value.map(storable) : value
}

function ignore(): void {}
