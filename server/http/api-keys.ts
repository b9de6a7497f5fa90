import { createHash, timingSafeEqual } from 'node:crypto'
import type { MiddlewareHandler } from 'hono'
import { bearerAuth } from 'hono/bearer-auth'

declare module 'hono' {
  interface ContextVariableMap {
    /** The hash of the key in the request. */
    keyHash?: string
  }
}

/** Answers 401 to requests without one of the keys as a bearer token. It stores only hashes of the keys. */
export function requireApiKey(keys: readonly string[]): MiddlewareHandler {
  const hashes = keys.map(hash)
  return bearerAuth({
    realm: 'Footnote',
    verifyToken: (token, c) => {
      const given = hash(token)
      // Every hash is compared, so that the response time does not reveal which key matched.
      const isKnown = hashes.map((known) => timingSafeEqual(known, given)).includes(true)
      if (isKnown) c.set('keyHash', given.toString('hex'))
      return isKnown
    },
    invalidAuthenticationHeader: { message: () => new Response(null, { status: 401 }) },
  })
}

function hash(key: string): Buffer {
  return createHash('sha256').update(key).digest()
}
