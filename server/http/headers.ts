import type { MiddlewareHandler } from 'hono'
import { setHeaders } from './node.ts'

/** The sources that may show a page in a frame, as `Content-Security-Policy` names them. */
type FrameAncestors = readonly string[]

/**
 * The security headers that OWASP recommends, except two: the content policy already limits framing, and the proxy that
 * ends TLS sets the header about TLS.
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
 * Sets headers that restrict browsers to scripts, styles and frames of this server, and that forbid other pages to frame
 * its pages. A route with other needs sets the headers again.
 */
export function securityHeaders(): MiddlewareHandler {
  const headers = { ...COMMON, ...contentPolicy(["'none'"]) }
  return (c, next) => {
    setHeaders(c, headers)
    return next()
  }
}

/** The header that says what a page may load, and which pages may frame it. */
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
