import { createServer, type Server } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import type { OpenAPIHono } from '@hono/zod-openapi'
import { FootnoteError } from '../index/errors.ts'

/** How long questions that still run may take when the server stops, in ms. */
const GRACE = 15_000

/** How often connections that have gone idle are closed while it stops, in ms. */
const SWEEP = 50

/** What connections may take of the server; times in ms. */
export interface ConnectionLimits {
  /** Until the head of a request is there. */
  readonly head: number
  /** Until the whole request is there. */
  readonly request: number
  /** Without a byte either way: of who sends nothing, or does not read what it is sent. */
  readonly silence: number
  /** How often the first two are looked at. */
  readonly check: number
  /** At a time; more are closed at once. */
  readonly connections: number
}

/**
 * Whoever sends a question needs none of that time; Node's own 60 s and 300 s are for uploads. Silence is
 * longer than a question may take (30 s), whose asker says nothing meanwhile.
 */
const LIMITS: ConnectionLimits = {
  head: 10_000,
  request: 30_000,
  silence: 60_000,
  check: 1000,
  // Each may hold a body: 64 KiB, of Slack 512.
  connections: 1000,
}

/** Bytes of a request's head; Node's own limit, said here since it is relied on. */
const MAX_HEAD = 16 * 1024

export interface RunningServer {
  /** Where it is reached, such as `http://127.0.0.1:8787`. */
  readonly url: string
  /** Takes no more requests, finishes those that run, then resolves. */
  stop(): Promise<void>
}

/** Starts listening. Throws `port-unavailable` where the address or port cannot be had. */
export async function serve(
  app: Pick<OpenAPIHono, 'fetch'>,
  { host, port, limits = LIMITS }: { host: string; port: number; limits?: ConnectionLimits },
): Promise<RunningServer> {
  const listener = getRequestListener(app.fetch)
  const options = {
    headersTimeout: limits.head,
    requestTimeout: limits.request,
    connectionsCheckingInterval: limits.check,
    maxHeaderSize: MAX_HEAD,
  }
  const server = createServer(options, (request, response) => void listener(request, response))
  server.setTimeout(limits.silence)
  server.maxConnections = limits.connections
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      reject(new FootnoteError('port-unavailable', cannotListen(host, port, cause.code), cause))
    })
    server.listen(port, host, resolve)
  })
  const address = server.address()
  const given = typeof address === 'object' ? address?.port : port
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${given}`,
    stop: () => stop(server),
  }
}

async function stop(server: Server): Promise<void> {
  const sweep = setInterval(() => server.closeIdleConnections(), SWEEP)
  const deadline = setTimeout(() => server.closeAllConnections(), GRACE)
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
