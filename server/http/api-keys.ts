import { createHash, timingSafeEqual } from 'node:crypto'
import type { Context, MiddlewareHandler } from 'hono'
import { type Caller, rightsOf } from '../access/caller.ts'
import { problemResponse } from './problem.ts'

/** The keys of the settings: gives the caller who sends one; null for another text. It keeps only hashes of the keys. */
export function callersOfSettings(apiKeys: readonly string[]): (token: string) => Caller | null {
  const hashes = apiKeys.map(hashOf)
  const may = rightsOf(['ask', 'verify', 'metrics'])
  return (token) => {
    const given = hashOf(token)
    // Every hash is compared, so that the response time does not reveal which key matched.
    const isKnown = hashes.map((known) => timingSafeEqual(known, given)).includes(true)
    if (!isKnown) return null
    return { id: given.toString('hex'), name: 'API_KEYS', may, collections: null }
  }
}

/** Answers 401 to requests without one of the keys; without keys, it lets all pass. */
export function requireApiKey(apiKeys: readonly string[]): MiddlewareHandler {
  const callerWith = callersOfSettings(apiKeys)
  return (c, next) => {
    const token = bearerToken(c)
    const isKnown = token !== null && callerWith(token) !== null
    return isKnown || apiKeys.length === 0 ? next() : Promise.resolve(keyNeeded(c))
  }
}

/** The token in the `Authorization` header; null where there is none. */
export function bearerToken(c: Context): string | null {
  return /^Bearer +([\w.~+/-]+=*) *$/i.exec(c.req.header('Authorization') ?? '')?.[1] ?? null
}

/** The response to a request that has no valid key and needs one. */
export function keyNeeded(c: Context): Response {
  const error = bearerToken(c) === null ? '' : ', error="invalid_token"'
  return problemResponse(401, 'Give an API key: "Authorization: Bearer …".', {
    headers: { 'WWW-Authenticate': `Bearer realm="Footnote"${error}` },
  })
}

function hashOf(key: string): Buffer {
  return createHash('sha256').update(key).digest()
}
