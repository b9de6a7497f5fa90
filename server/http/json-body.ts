import type { MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { failure, problemResponse } from './problem.ts'

/** The size of a body that every route takes, in KiB. */
const MAX_KIB = 64

/** The failures that a route may give after {@link limitBody} and {@link requireJson}. */
export const BODY_FAILURES = {
  413: failure('The body is too large: over 64 KiB where the route does not say otherwise'),
  415: failure('The body is not JSON'),
} as const

/** Answers 413 to requests with a body over `maxKib` KiB. */
export function limitBodyTo(maxKib: number): MiddlewareHandler {
  const maxBytes = maxKib * 1024
  const limited = bodyLimit({
    maxSize: maxBytes,
    onError: () => problemResponse(413, `The body is over ${maxKib} KiB.`),
  })
  return (c, next) => {
    // Reading a body through Hono is slow. A `Content-Length` is enough to know the size: Node reads no more than that.
    const length = c.req.header('Content-Length')
    return length !== undefined && Number(length) <= maxBytes ? next() : limited(c, next)
  }
}

/** Answers 413 to requests with a body over 64 KiB. */
export const limitBody = limitBodyTo(MAX_KIB)

/** Answers 415 to requests whose body is not declared to be JSON. */
export const requireJson: MiddlewareHandler = async (c, next) => {
  if (isJson(c.req.header('Content-Type'))) return next()
  return problemResponse(415, 'The body must be JSON, with Content-Type: application/json.')
}

function isJson(contentType: string | undefined): boolean {
  return /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(contentType ?? '')
}
