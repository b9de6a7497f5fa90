import type { MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { failure, problemResponse } from './problem.ts'

/** The size of a body in KiB, unless a route allows a larger one. */
const MAX_KIB = 64

/** The failures that a route may give after {@link limitBody} and {@link requireJson}. */
export const BODY_FAILURES = {
  413: failure('The body is too large: over 64 KiB where the route does not say otherwise'),
  415: failure('The body is not JSON'),
} as const

/** The largest body that is read to its end although it is refused, so that its client gets the response. */
const MAX_DISCARDED_BYTES = 16 * 1024 * 1024

/** Reads a body to its end. If the connection were closed with a part of the body unread, the client might lose the response. */
async function discard(body: ReadableStream<Uint8Array> | null): Promise<void> {
  // A client that leaves needs no response.
  await body?.pipeTo(new WritableStream()).catch(() => {})
}

/** Makes middleware that answers 413 to requests with a body over `maxKib` KiB. */
export function limitBodyTo(maxKib: number): MiddlewareHandler {
  const maxBytes = maxKib * 1024
  const limited = bodyLimit({
    maxSize: maxBytes,
    onError: () => problemResponse(413, `The body is over ${maxKib} KiB.`),
  })
  return async (c, next) => {
    // Reading a body through Hono is slow. A `Content-Length` is enough to know the size: Node reads no more than that.
    const length = c.req.header('Content-Length')
    if (length !== undefined && Number(length) <= maxBytes) return next()
    const refused = await limited(c, next)
    if (refused && Number(length) <= MAX_DISCARDED_BYTES) await discard(c.req.raw.body)
    return refused
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
