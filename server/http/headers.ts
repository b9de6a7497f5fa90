import type { MiddlewareHandler } from 'hono'
import { secureHeaders } from 'hono/secure-headers'
import { WIDGET } from './widget-routes.ts'

const DOCUMENT_PAGE = /^\/documents\/[^/]+$/

/**
 * What browsers are told to keep pages and answers to: scripts, styles and frames of this server alone. A document's
 * page may be framed by those who may ask; the widget may be run by any page.
 */
export function securityHeaders(allowedOrigins: readonly string[]): MiddlewareHandler {
  const plain = headers("'none'")
  const framed = headers("'self'", ...allowedOrigins)
  const shared = secureHeaders({ ...COMMON, crossOriginResourcePolicy: 'cross-origin' })
  return (c, next) => {
    if (c.req.path === WIDGET) return shared(c, next)
    return DOCUMENT_PAGE.test(c.req.path) ? framed(c, next) : plain(c, next)
  }
}

const COMMON = {
  // `frame-ancestors` says it for browsers, and can name those who may.
  xFrameOptions: false,
  // It is for whoever ends TLS to say.
  strictTransportSecurity: false,
} as const

function headers(...frameAncestors: readonly string[]): MiddlewareHandler {
  return secureHeaders({
    ...COMMON,
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'", 'data:'],
      connectSrc: ["'self'"],
      frameSrc: ["'self'"],
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: [...frameAncestors],
    },
  })
}
