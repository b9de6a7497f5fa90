import type { HttpBindings } from '@hono/node-server'
import type { Context, MiddlewareHandler } from 'hono'
import { WIDGET } from './widget-routes.ts'

const DOCUMENT_PAGE = /^\/documents\/[^/]+$/

/** Those of OWASP's list that are not about framing, which the policy says, or TLS, which is for whoever ends it to say. */
const COMMON = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Origin-Agent-Cluster': '?1',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-DNS-Prefetch-Control': 'off',
  'X-Download-Options': 'noopen',
  'X-Permitted-Cross-Domain-Policies': 'none',
  'X-XSS-Protection': '0',
} as const

/**
 * What browsers are told to keep pages and answers to: scripts, styles and frames of this server alone. A document's
 * page may be framed by those who may ask; the widget may be run by any page.
 */
export function securityHeaders(allowedOrigins: readonly string[]): MiddlewareHandler {
  const plain = { ...COMMON, 'Content-Security-Policy': policy("'none'") }
  const framed = { ...COMMON, 'Content-Security-Policy': policy("'self'", ...allowedOrigins) }
  const shared = { ...COMMON, 'Cross-Origin-Resource-Policy': 'cross-origin' }
  return (c, next) => {
    if (c.req.path === WIDGET) setHeaders(c, shared)
    else setHeaders(c, DOCUMENT_PAGE.test(c.req.path) ? framed : plain)
    return next()
  }
}

/**
 * Sets headers on whatever the answer will be. On Node's own response: to change one of Hono's makes it a copy, with a
 * stream for its body, which takes as long as all else that an answer takes.
 */
export function setHeaders(c: Context, headers: Readonly<Record<string, string>>): void {
  const { outgoing }: HttpBindings = c.env
  for (const [name, value] of Object.entries(headers)) outgoing.setHeader(name, value)
}

function policy(...frameAncestors: readonly string[]): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "frame-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    `frame-ancestors ${frameAncestors.join(' ')}`,
  ].join('; ')
}
