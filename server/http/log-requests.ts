import type { MiddlewareHandler } from 'hono'
import type { Log } from '../log.ts'
import { setHeaders } from './node.ts'

/** Logs each request without its query and its body, and gives its id in the response. */
export function logRequests(log: Log, level: 'info' | 'debug' = 'info'): MiddlewareHandler {
  return async (c, next) => {
    const started = performance.now()
    const id = c.get('requestId')
    setHeaders(c, { 'X-Request-Id': id })
    await next()
    log[level](
      {
        requestId: id,
        method: c.req.method,
        path: loggedPath(c.req.path),
        status: c.res.status,
        ms: Math.round(performance.now() - started),
      },
      'request',
    )
  }
}

/** What comes before the id of a conversation in a path, or the id of a reply, which contains that. */
const BEFORE_SECRET_ID = /^(\/conversations|\/v1\/responses|\/v1\/chat\/completions)\/.+/s

/** A path for the log, without the id of a conversation: whoever has the id can read the conversation. */
function loggedPath(path: string): string {
  return path.replace(BEFORE_SECRET_ID, '$1/{id}')
}
