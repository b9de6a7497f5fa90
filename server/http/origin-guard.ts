import type { MiddlewareHandler } from 'hono'
import { problemResponse } from './problem.ts'

export interface OriginRules {
  /** Where the server listens. */
  readonly host: string
  /** Where people reach the server, by another name; null: where it listens. */
  readonly publicUrl: string | null
  /** Origins besides the server's own whose pages may ask. */
  readonly allowedOrigins: readonly string[]
}

const FOREIGN = 'Pages of this origin may not ask here. ALLOWED_ORIGINS says which may.'

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)$/

/**
 * Why a request may not be answered, or null. A page of another origin may not ask, unless it is
 * allowed; and a server on the loopback address answers to that name alone, lest a foreign name that is
 * made to point there (DNS rebinding) pass for its own origin.
 */
export function refusal(
  { host, publicUrl, allowedOrigins }: OriginRules,
  request: {
    readonly host: string | undefined
    readonly origin: string | undefined
    /** `Sec-Fetch-Site` and `Sec-Fetch-Mode`, which browsers send and pages cannot set. */
    readonly site?: string | undefined
    readonly mode?: string | undefined
  },
): string | null {
  const asked = parseUrl(`http://${request.host ?? ''}`)
  const isPublic = publicUrl !== null && asked?.host === new URL(publicUrl).host
  if (LOOPBACK.test(host) && !isPublic && !(asked && LOOPBACK.test(asked.hostname))) {
    return 'This server answers to its loopback address, and to that of PUBLIC_URL, only. Set HOST to serve others.'
  }
  if (request.origin === undefined) {
    // An image or a script of a foreign page has no origin, but says where it is from.
    const isForeign = request.site === 'cross-site' || request.site === 'same-site'
    return isForeign && request.mode !== 'navigate' ? FOREIGN : null
  }
  if (allowedOrigins.includes(request.origin)) return null
  // Behind a proxy that ends TLS this server does not know its own scheme.
  const own = asked && [`http://${asked.host}`, `https://${asked.host}`]
  return own?.includes(request.origin) ? null : FOREIGN
}

export function originGuard(rules: OriginRules): MiddlewareHandler {
  return async (c, next) => {
    const request = {
      host: c.req.header('Host'),
      origin: c.req.header('Origin'),
      site: c.req.header('Sec-Fetch-Site'),
      // A link may lead to a page; a question is nothing that a foreign page's link or frame may ask.
      mode: c.req.path === '/ask' ? undefined : c.req.header('Sec-Fetch-Mode'),
    }
    const detail = refusal(rules, request)
    return detail === null ? next() : problemResponse(403, detail)
  }
}

function parseUrl(url: string): URL | null {
  return URL.canParse(url) ? new URL(url) : null
}
