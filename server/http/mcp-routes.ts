import { Hono } from 'hono'
import type { Log } from '../log.ts'
import { MAX_DRAFT_KIB } from '../verification/verify-schema.ts'
import { limitBodyTo } from './json-body.ts'
import { clientSignal } from './node.ts'
import { problemResponse } from './problem.ts'
import { publicAddress } from './public-address.ts'
import { type FindService, ready, type ServiceEnv } from './router.ts'

/** The most messages in a request, if its revision allows several. Without this, many messages would count as one request for the rate limit. */
const MAX_MESSAGES = 10

/** What the route of the Model Context Protocol needs. */
export interface McpRoutesOptions {
  readonly findService: FindService
  /** The URL at which people reach the server; null: the origin of the request's URL. */
  readonly publicUrl: string | null
  readonly log: Log
}

/**
 * `/mcp`: the Model Context Protocol, in its revision of 2026-07-28 and those before. It has no sessions in any revision:
 * no request needs an earlier one.
 */
export function mcpRoutes({ findService, publicUrl, log }: McpRoutesOptions): Hono<ServiceEnv> {
  const router = new Hono<ServiceEnv>()
  router.use(ready(findService))
  router.post('/', limitBodyTo(MAX_DRAFT_KIB), async (c) => {
    const { method, url, raw } = c.req
    const address = publicAddress(c, publicUrl)
    const service = async () => c.var.service
    const body = await c.req.text()
    if (countMessages(body) > MAX_MESSAGES) {
      return problemResponse(400, `Send at most ${MAX_MESSAGES} messages at once.`)
    }
    // The signal of Hono's own request does not say that the client has gone.
    const signal = clientSignal(c)
    const request = new Request(url, { method, headers: raw.headers, body, signal })
    // Imported only when it is needed, because it would delay the start.
    const { answerMcpRequest } = await import('../mcp/answer-request.ts')
    return answerMcpRequest(request, { service, address, may: c.var.caller.may, log }, (err) =>
      log.debug({ requestId: c.get('requestId'), err }, 'an MCP request failed'),
    )
  })
  return router
}

/** How many messages a body has. A body that is not JSON counts as one, and the protocol's package answers it. */
function countMessages(body: string): number {
  if (!body.trimStart().startsWith('[')) return 1
  try {
    const messages: unknown = JSON.parse(body)
    return Array.isArray(messages) ? messages.length : 1
  } catch {
    return 1
  }
}
