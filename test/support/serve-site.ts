import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import { onTestFinished } from 'vitest'

/** What a site answers at a path. */
export interface SiteReply {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}

/** Answers by itself, as slowly and as badly as it likes. */
type Handler = (response: ServerResponse, headers: IncomingHttpHeaders) => void

/** A request that a site got. */
export interface SiteRequest {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly atMs: number
}

/** A web site that lasts until the test has ended. */
export interface Site {
  readonly port: number
  readonly requests: SiteRequest[]
  /** The paths that were asked for, in order, without robots.txt. */
  paths(): string[]
}

/** An HTML page. */
export function html(body: string, headers: Record<string, string> = {}): SiteReply {
  return { headers: { 'Content-Type': 'text/html; charset=utf-8', ...headers }, body }
}

/** Serves a web site on 127.0.0.1. Its replies may be changed later; any other path has status 404. */
export async function serveSite(
  replies: Readonly<Record<string, SiteReply | Handler>>,
): Promise<Site> {
  const requests: SiteRequest[] = []
  const server = createServer((request, response) => {
    const requested = request.url ?? ''
    requests.push({ path: requested, headers: request.headers, atMs: performance.now() })
    const reply = replies[requested] ?? { status: 404 }
    if (typeof reply === 'function') return reply(response, request.headers)
    response.writeHead(reply.status ?? 200, reply.headers)
    return response.end(reply.body)
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  onTestFinished(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the site has no port')
  return {
    port: address.port,
    requests,
    paths: () => requests.map((request) => request.path).filter((name) => name !== '/robots.txt'),
  }
}
