import { randomUUID } from 'node:crypto'
import type { Context, MiddlewareHandler } from 'hono'
import { requestId } from 'hono/request-id'

/** An id that may come from outside: it is logged and sent back. */
const VALID_ID = /^[\w\-=]{1,255}$/

/**
 * Sets `requestId`: the id that a proxy gave the request in `X-Request-Id`, or a new one. Hono would send it in a header of its own
 * response, which then has to be copied into Node's; `logRequests` sends it.
 */
export function identifyRequests(): MiddlewareHandler {
  return requestId({ headerName: '', generator: requestIdOf })
}

function requestIdOf(c: Context): string {
  const given = c.req.header('X-Request-Id') ?? ''
  return VALID_ID.test(given) ? given : randomUUID()
}
