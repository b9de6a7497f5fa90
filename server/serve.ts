import { createServer, type Server } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import type { OpenAPIHono } from '@hono/zod-openapi'
import { FootnoteError } from '../index/errors.ts'

/** How long questions that still run may take when the server stops, in ms. */
const GRACE = 15_000

/** How often connections that have gone idle are closed while it stops, in ms. */
const SWEEP = 50

export interface RunningServer {
  /** Where it is reached, such as `http://127.0.0.1:8787`. */
  readonly url: string
  /** Takes no more requests, finishes those that run, then resolves. */
  stop(): Promise<void>
}

/** Starts listening. Throws `port-unavailable` where the address or port cannot be had. */
export async function serve(
  app: Pick<OpenAPIHono, 'fetch'>,
  { host, port }: { host: string; port: number },
): Promise<RunningServer> {
  const listener = getRequestListener(app.fetch)
  const server = createServer((request, response) => void listener(request, response))
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
