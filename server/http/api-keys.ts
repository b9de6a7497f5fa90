import { createHash, timingSafeEqual } from 'node:crypto'
import type { MiddlewareHandler } from 'hono'
import { bearerAuth } from 'hono/bearer-auth'

/** Lets those pass who give one of the keys as a bearer token; keeps hashes of the keys, not the keys. */
export function requireApiKey(keys: readonly string[]): MiddlewareHandler {
  const hashes = keys.map(hash)
  return bearerAuth({
    realm: 'Footnote',
    verifyToken: (token) => {
      const given = hash(token)
      // All of them, so that the time does not tell which one it was.
      return hashes.map((known) => timingSafeEqual(known, given)).includes(true)
    },
    invalidAuthenticationHeader: { message: () => new Response(null, { status: 401 }) },
  })
}

function hash(key: string): Buffer {
  return createHash('sha256').update(key).digest()
}
