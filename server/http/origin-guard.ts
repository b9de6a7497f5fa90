import type { Context, MiddlewareHandler } from 'hono'
import { requestedHost } from './node.ts'
import { problemResponse } from './problem.ts'

export interface OriginRules {
  /** The host name or address that the server listens on. */
  readonly host: string
  /** The URL at which people reach the server; null: the one that it listens on. */
  readonly publicUrl: string | null
  /** Origins whose pages may ask, in addition to the server's own. */
  readonly allowedOrigins: readonly string[]
}

const FOREIGN = 'Pages of this origin may not ask here. ALLOWED_ORIGINS says which may.'

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)$/

/**
 * The reason why a request is refused; null if it is allowed. A page of another origin is refused unless that origin is
 * allowed. A server on a loopback address accepts only loopback host names and that of `publicUrl`: otherwise, a foreign
 * name that points to this address (DNS rebinding) would count as the server's own origin.
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
    return 'This server answers only to its loopback address and to PUBLIC_URL. Behind a proxy, set PUBLIC_URL to the address that people use. Without one, set HOST.'
  }
  if (request.origin === undefined) {
    // For an image or a script of a foreign page, a browser sends `Sec-Fetch-Site`, but no origin.
    const isForeign = request.site === 'cross-site' || request.site === 'same-site'
    return isForeign && request.mode !== 'navigate' ? FOREIGN : null
  }
  if (allowedOrigins.includes(request.origin)) return null
  // Behind a proxy that ends TLS the server does not know its own scheme.
  const own = asked && [`http://${asked.host}`, `https://${asked.host}`]
  return own?.includes(request.origin) ? null : FOREIGN
}

/** Answers 403 to requests for which {@link refusal} gives a reason. */
export function originGuard(rules: OriginRules): MiddlewareHandler {
  return async (c, next) => {
    const request = {
      host: requestedHost(c),
      origin: c.req.header('Origin'),
      site: c.req.header('Sec-Fetch-Site'),
      mode: mayLeadTo(c) ? c.req.header('Sec-Fetch-Mode') : undefined,
    }
    const detail = refusal(rules, request)
    return detail === null ? next() : problemResponse(403, detail)
  }
}

/** A link of a foreign page may open a page of this server. It may not ask a question, and a form may send nothing. */
function mayLeadTo({ req }: Context): boolean {
  return req.path !== '/ask' && req.method === 'GET'
}

function parseUrl(url: string): URL | null {
  try {
    return new URL(url)
  } catch {
    return null
  }
}
