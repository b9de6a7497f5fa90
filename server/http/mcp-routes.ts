import { createMcpHandler } from '@modelcontextprotocol/server'
import { Hono } from 'hono'
import type { Log } from '../log.ts'
import { createMcpServer } from '../mcp/mcp-server.ts'
import { limitBodyTo } from './json-body.ts'
import { clientSignal } from './node.ts'
import { type FindService, notReady, ready } from './router.ts'

/** A draft of 20,000 characters has up to 120 kB as JSON. */
const MAX_KIB = 128

/** The headers that clients of the protocol send besides their key. */
export const MCP_HEADERS = [
  'Mcp-Protocol-Version',
  'Mcp-Session-Id',
  'Mcp-Method',
  'Mcp-Name',
  'Last-Event-ID',
]

export interface McpRoutesOptions {
  readonly findService: FindService
  /** The URL at which people reach the server; null: the origin of the request's URL. */
  readonly publicUrl: string | null
  readonly log: Log
}

/**
 * `/mcp`: the Model Context Protocol, in the revision of 2026-07-28 and those of 2025. No revision gets a session: each
 * request stands alone.
 */
export function mcpRoutes({ findService, publicUrl, log }: McpRoutesOptions): Hono {
  const service = async () => {
    const found = findService()
    if (!found) throw notReady()
    return found
  }
  const handler = createMcpHandler(
    ({ requestInfo }) => {
      const address = publicUrl ?? (requestInfo ? new URL(requestInfo.url).origin : '')
      return createMcpServer({ service, address, log })
    },
    {
      maxRequestBodySize: MAX_KIB * 1024,
      // There is nothing to subscribe to, and an open stream would hold up a stop.
      maxSubscriptions: 0,
      onerror: (err) => log.debug({ err }, 'an MCP request was refused'),
    },
  )
  const router = new Hono()
  router.use(ready(findService))
  router.post('/', limitBodyTo(MAX_KIB), async (c) => {
    const { method, url, raw } = c.req
    const body = await c.req.text()
    // The signal of Hono's own request does not say when the client has gone.
    const signal = clientSignal(c)
    return handler.fetch(new Request(url, { method, headers: raw.headers, body, signal }))
  })
  return router
}
