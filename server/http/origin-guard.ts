import type { MiddlewareHandler } from 'hono'
import { problemResponse } from './problem.ts'

export interface OriginRules {
  /** Where the server listens. */
  readonly host: string
  /** Origins besides the server's own whose pages may ask. */
  readonly allowedOrigins: readonly string[]
}

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)$/

/**
 * Why a request may not be answered, or null. A page of another origin may not ask, unless it is
 * allowed; and a server on the loopback address answers to that name alone, lest a foreign name that is
 * made to point there (DNS rebinding) pass for its own origin.
 */
export function refusal(
  { host, allowedOrigins }: OriginRules,
  request: { host: string | undefined; origin: string | undefined },
): string | null {
  const asked = parseUrl(`http://${request.host ?? ''}`)
  if (LOOPBACK.test(host) && !(asked && LOOPBACK.test(asked.hostname))) {
    return 'This server answers to its loopback address only. Set HOST to serve others.'
  }
  if (request.origin === undefined || allowedOrigins.includes(request.origin)) return null
  if (asked && parseUrl(request.origin)?.host === asked.host) return null
  return 'Pages of this origin may not ask here. ALLOWED_ORIGINS says which may.'
}

export function originGuard(rules: OriginRules): MiddlewareHandler {
  return async (c, next) => {
    const request = { host: c.req.header('Host'), origin: c.req.header('Origin') }
    const detail = refusal(rules, request)
    return detail === null ? next() : problemResponse(403, detail)
  }
}

function parseUrl(url: string): URL | null {
  return URL.canParse(url) ? new URL(url) : null
}
