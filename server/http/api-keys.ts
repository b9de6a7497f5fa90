import { createHash, timingSafeEqual } from 'node:crypto'
import type { MiddlewareHandler } from 'hono'
import { bearerAuth } from 'hono/bearer-auth'

declare module 'hono' {
  interface ContextVariableMap {
    /** The hash of the key that the request gave. */
    keyHash?: string
  }
}

/** Lets requests pass that give one of the keys as a bearer token. Only hashes of the keys are kept in memory. */
export function requireApiKey(keys: readonly string[]): MiddlewareHandler {
  const hashes = keys.map(hash)
  return bearerAuth({
    realm: 'Footnote',
    verifyToken: (token, c) => {
      const given = hash(token)
      // The key is compared with all of them, so that the time does not tell which one it was.
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
