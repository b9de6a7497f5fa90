import { FootnoteError } from '../errors.ts'

/**
 * Codes by what a person can do about them. Five characters are SQLSTATE: https://www.postgresql.org/docs/current/errcodes-appendix.html
 * The others are of the system.
 */
const UNREACHABLE =
  /^(?:08\w{3}|57P0\d|53300|E(?:CONN(?:REFUSED|RESET|ABORTED)|PIPE|TIMEDOUT|HOST(?:UNREACH|DOWN)|NET(?:UNREACH|DOWN)|ADDRNOTAVAIL|AI_AGAIN|NOTFOUND))$/
/** A Unix socket that is not there, or that may not be opened. Only of a call of `connect`: files have these codes too. */
const NO_SOCKET = /^(?:ENOENT|EACCES)$/
const REFUSED = /^(?:28\w{3}|3D000)$/
const FULL = /^53100$/
const OUT_OF_MEMORY = /^53200$/
const OVER_LIMIT = /^53400$/
const SLOW = /^(?:57014|55P03|25P0[23])$/
const BUSY = /^(?:40001|40P01)$/
const READ_ONLY = /^(?:25006|42501)$/

/** Codes of OpenSSL and Node.js about the certificate of a server: https://nodejs.org/docs/latest-v20.x/api/tls.html#x509-certificate-error-codes */
const CERTIFICATE =
  /^(?:ERR_TLS_CERT_ALTNAME_INVALID|SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_\w+|CERT_\w+|INVALID_CA|HOSTNAME_MISMATCH)$/

/** What `pg` says, without a code, of a connection that is lost or does not come, and of a statement that gets no reply. */
const LOST =
  /^(?:Connection terminated|timeout expired|Query read timeout|Client (?:has encountered a connection error|was closed)|The server does not support SSL)/

/** What the pool of `pg` says where all its connections are in use. */
const ALL_BUSY = 'timeout exceeded when trying to connect'

/** An error whose cause is the database. The watcher of a watched database is told of it, so nobody else need log it. */
export class DatabaseError extends FootnoteError {}

/**
 * Turns an error of PostgreSQL or of its client into a `DatabaseError` that says what to do: `database-unavailable`, `disk-full`,
 * `storage-busy` or `storage-unwritable`. Returns any other error unchanged. No message has the address or its password.
 */
export function postgresError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof FootnoteError) return error
  const code = sqlState(error)
  const reason = code === '' ? textOf(error) : `${textOf(error)} (${code})`
  if (error.message === ALL_BUSY) {
    const message =
      'All connections to the database are busy, and none became free in time. Look for long statements and locks in the database, and check that it still answers.'
    return new DatabaseError('database-unavailable', message, error)
  }
  if (UNREACHABLE.test(code) || isNoSocket(error, code) || LOST.test(error.message)) {
    const message = `The database cannot be reached: ${reason}. Check that it runs and takes connections. Footnote tries again with each request.`
    return new DatabaseError('database-unavailable', message, error)
  }
  if (REFUSED.test(code)) {
    const message = `The database refuses the connection: ${reason}. Check the user, the password and the database in DATABASE_URL.`
    return new DatabaseError('database-unavailable', message, error)
  }
  if (CERTIFICATE.test(code)) {
    const message = `The certificate of the database is not accepted: ${reason}. Check the host, sslmode and sslrootcert in DATABASE_URL.`
    return new DatabaseError('database-unavailable', message, error)
  }
  if (FULL.test(code)) {
    const message = `The database has no room: ${reason}. Make room on its disk. Everything written before is kept.`
    return new DatabaseError('disk-full', message, error)
  }
  if (OUT_OF_MEMORY.test(code)) {
    const message = `The database is out of memory: ${reason}. Give it more memory, or let it use less, for example by fewer connections or a lower work_mem.`
    return new DatabaseError('database-unavailable', message, error)
  }
  if (OVER_LIMIT.test(code)) {
    const message = `A limit of the database is exceeded: ${reason}. Raise this limit in its settings.`
    return new DatabaseError('database-unavailable', message, error)
  }
  if (SLOW.test(code)) {
    const message = `The database is too slow: ${reason}. Look for long statements and locks in it.`
    return new DatabaseError('database-unavailable', message, error)
  }
  if (BUSY.test(code)) {
    const message = `Two statements wanted the same rows: ${reason}. Try again.`
    return new DatabaseError('storage-busy', message, error)
  }
  if (READ_ONLY.test(code)) {
    const message = `The database cannot be written: ${reason}. Give the user in DATABASE_URL the right to write, and point it at the primary server.`
    return new DatabaseError('storage-unwritable', message, error)
  }
  return error
}

function isNoSocket(error: Error, code: string): boolean {
  return NO_SOCKET.test(code) && 'syscall' in error && error.syscall === 'connect'
}

/** The SQLSTATE of an error of PostgreSQL, also where {@link postgresError} has turned it into another; empty for any other error. */
export function sqlState(error: unknown): string {
  if (error instanceof FootnoteError) return sqlState(error.cause)
  if (!(error instanceof Error) || !('code' in error)) return ''
  return typeof error.code === 'string' ? error.code : ''
}

/** What an error says. A host with several addresses gives an error without a text, which has one for each address. */
function textOf(error: Error): string {
  if (!(error instanceof AggregateError)) return error.message
  return error.errors
    .map((part) => (part instanceof Error ? part.message : String(part)))
    .join('; ')
}
