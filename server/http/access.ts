import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { rateLimiter } from 'hono-rate-limiter'
import { requireApiKey } from './api-keys.ts'
import { clientAddress } from './client.ts'
import { problemResponse } from './problem.ts'

export interface AccessRules {
  /** Bearer keys; empty: everything is open to all. */
  readonly apiKeys: readonly string[]
  /** Groups of routes that no key is asked for, though there are keys; metrics are never among them. */
  readonly publicRoutes?: readonly RouteGroup[]
  /** Requests a minute that one key or address may make of each kind; 0: as many as it likes. */
  readonly rateLimit?: number
  /** Proxies in front of the server, whose word on where a request is from is taken. */
  readonly trustedProxies?: number
}

type RouteGroup = keyof typeof ROUTES

const ROUTES = {
  questions: ['/ask', '/feedback', '/conversations/*'],
  documents: ['/documents/*'],
  metrics: ['/metrics'],
} as const

/** Each by a count of its own. */
const LIMITED = [...ROUTES.questions, ...ROUTES.documents]

/** What a client is told of its rate; the draft of a standard that clients read most. */
export const RATE_HEADERS = [
  'RateLimit-Policy',
  'RateLimit-Limit',
  'RateLimit-Remaining',
  'RateLimit-Reset',
]

/** What one model process answers in a minute at 0.2 s each: one client gets no more than the machine has. */
const RATE_LIMIT = 300

/** Whether a key is asked for in a group of routes. */
export function isKeyed(
  group: RouteGroup,
  { apiKeys, publicRoutes = [] }: Pick<AccessRules, 'apiKeys' | 'publicRoutes'>,
): boolean {
  return apiKeys.length > 0 && !publicRoutes.includes(group)
}

/** The group of a route by its path; null for what is open to all. */
export function groupOf(path: string): RouteGroup | null {
  const isIn = (group: RouteGroup) =>
    ROUTES[group].some((pattern) => path.split('/')[1] === pattern.split('/')[1])
  return (['questions', 'documents', 'metrics'] as const).find(isIn) ?? null
}

/** Who may ask, and how often. */
export function addAccess(app: OpenAPIHono, rules: AccessRules): void {
  const { apiKeys, rateLimit = RATE_LIMIT, trustedProxies = 0 } = rules
  const withKey = requireApiKey(apiKeys)
  app.use(async (c, next) => {
    const group = groupOf(c.req.path)
    return group !== null && isKeyed(group, rules) ? withKey(c, next) : next()
  })
  if (rateLimit === 0) return
  for (const path of LIMITED) app.use(path, limitRate(rateLimit, trustedProxies))
}

function limitRate(limit: number, trustedProxies: number) {
  return rateLimiter({
    windowMs: 60_000,
    limit,
    keyGenerator: (c: Context) => c.get('keyHash') ?? clientAddress(c, trustedProxies),
    handler: (c) => {
      const headers = ['Retry-After', ...RATE_HEADERS].flatMap((name) => {
        const value = c.res.headers.get(name)
        return value === null ? [] : [[name, value] as const]
      })
      return problemResponse(429, 'Too many requests from this key or address.', {
        headers: Object.fromEntries(headers),
      })
    },
  })
}
