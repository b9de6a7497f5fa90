import { createServer, type Server } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import type { Env, Hono } from 'hono'
import { FootnoteError } from '../../index/errors.ts'
import { httpUrl } from '../config.ts'

/** How long a stop waits for running requests, in ms. */
const STOP_GRACE_MS = 15_000

/** How often idle connections are closed during a stop, in ms. */
const IDLE_SWEEP_MS = 50

/** Limits of connections. Times are in ms. */
export interface ConnectionLimits {
  /** From the start of a request until its head has arrived. */
  readonly headMs: number
  /** From the start of a request until all of it has arrived. */
  readonly requestMs: number
  /** Time without a byte in either direction: the client neither sends nor reads. */
  readonly silenceMs: number
  /** How often the first two limits are checked. */
  readonly checkMs: number
  /** The maximum number of open connections; further connections are closed at once. */
  readonly maxConnections: number
}

/**
 * Questions are small, so Node's own limits for uploads (60 s and 300 s) are not needed. `silenceMs` is longer than the
 * time limit of a question (30 s), because no bytes are sent while a question runs.
 */
const DEFAULT_LIMITS: ConnectionLimits = {
  headMs: 10_000,
  requestMs: 30_000,
  silenceMs: 60_000,
  checkMs: 1000,
  // Each connection may hold a body in memory: 64 KiB on most routes, and at most 1 MiB (below /v1 and /inference).
  maxConnections: 1000,
}

/** The maximum size of a request head. It equals Node's default, but is set here because the server relies on it. */
const MAX_HEAD_BYTES = 16 * 1024

export interface RunningServer {
  /** The URL of the server, such as `http://127.0.0.1:8787`. */
  readonly url: string
  /** Accepts no more requests, waits for running ones (15 s at most), then resolves. */
  stop(): Promise<void>
}

/** Starts to listen. Rejects with `port-unavailable` if the address or the port cannot be used. */
export async function listen(
  app: Pick<Hono<Env>, 'fetch'>,
  {
    host,
    port,
    limits = DEFAULT_LIMITS,
  }: { host: string; port: number; limits?: ConnectionLimits },
): Promise<RunningServer> {
  const listener = getRequestListener(app.fetch)
  const options = {
    headersTimeout: limits.headMs,
    requestTimeout: limits.requestMs,
    connectionsCheckingInterval: limits.checkMs,
    maxHeaderSize: MAX_HEAD_BYTES,
  }
  const server = createServer(options, (request, response) => void listener(request, response))
  server.setTimeout(limits.silenceMs)
  server.maxConnections = limits.maxConnections
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      reject(new FootnoteError('port-unavailable', cannotListen(host, port, cause.code), cause))
    })
    server.listen(port, host, resolve)
  })
  const address = server.address()
  const given = typeof address === 'object' ? (address?.port ?? port) : port
  return {
    url: httpUrl(host, given),
    stop: () => stop(server),
  }
}

async function stop(server: Server): Promise<void> {
  const sweep = setInterval(() => server.closeIdleConnections(), IDLE_SWEEP_MS)
  const deadline = setTimeout(() => server.closeAllConnections(), STOP_GRACE_MS)
  await new Promise((resolve) => server.close(resolve))
  clearInterval(sweep)
  clearTimeout(deadline)
}

function cannotListen(host: string, port: number, code: string | undefined): string {
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} is in use. Stop what uses it, or take another with PORT=${port + 1}.`
    case 'EACCES':
      return `Port ${port} is not free to this user. Take one above 1023 with PORT=8787.`
    default:
      return `Cannot listen on ${host}:${port} (${code ?? 'unknown error'}). Set HOST to an address of this machine.`
  }
}
