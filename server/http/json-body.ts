import type { MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { failure, problemResponse } from './problem.ts'

const MAX_BYTES = 64 * 1024

/** What a route may give that takes a {@link jsonBody}. */
export const BODY_FAILURES = {
  413: failure('The body is over 64 KiB'),
  415: failure('The body is not JSON'),
} as const

const limited = bodyLimit({
  maxSize: MAX_BYTES,
  onError: () => problemResponse(413, 'The body is over 64 KiB.'),
})

/** Lets requests pass whose body is JSON of at most 64 KiB. */
export const jsonBody: MiddlewareHandler = async (c, next) => {
  if (!isJson(c.req.header('Content-Type'))) {
    return problemResponse(415, 'The body must be JSON, with Content-Type: application/json.')
  }
  // To look at a body makes a stream of it, which is slow. A length that is announced is enough: Node reads no more.
  const length = c.req.header('Content-Length')
  if (length !== undefined && Number(length) <= MAX_BYTES) return next()
  return limited(c, next)
}

function isJson(contentType: string | undefined): boolean {
  return /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(contentType ?? '')
}
