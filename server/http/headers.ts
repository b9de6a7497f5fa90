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
  const headers = { ...COMMON, ...contentPolicy() }
  return (c, next) => {
    setHeaders(c, headers)
    return next()
  }
}

interface ContentPolicy {
  /** Default: no page. */
  readonly frameAncestors?: FrameAncestors
  /** Whether it has a form that is sent to this server. Default: it has none. */
  readonly hasForm?: boolean
}

/** The header that says what a page may load, which pages may frame it, and where its forms go. */
export function contentPolicy({
  frameAncestors = ["'none'"],
  hasForm = false,
}: ContentPolicy = {}): Readonly<Record<string, string>> {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "frame-src 'self'",
    "base-uri 'none'",
    `form-action ${hasForm ? "'self'" : "'none'"}`,
    `frame-ancestors ${frameAncestors.join(' ')}`,
  ].join('; ')
  return { 'Content-Security-Policy': policy }
}
