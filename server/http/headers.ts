import type { MiddlewareHandler } from 'hono'
import { setHeaders } from './node.ts'

/** Who may show a page in a frame, as the policy of its content names them. */
type FrameAncestors = readonly string[]

/**
 * Those of OWASP's list, without the one on framing, which the policy has, and the one on TLS, which is for the proxy that
 * ends TLS.
 */
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
 * Sets headers that keep browsers to scripts, styles and frames of this server, and let nobody frame its pages. A route
 * that is to be more open sets them anew.
 */
export function securityHeaders(): MiddlewareHandler {
  const headers = { ...COMMON, ...contentPolicy(["'none'"]) }
  return (c, next) => {
    setHeaders(c, headers)
    return next()
  }
}

/** The header that says what a page may load, and who may frame it. */
export function contentPolicy(frameAncestors: FrameAncestors): Readonly<Record<string, string>> {
  const policy = [
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
  return { 'Content-Security-Policy': policy }
}
