import type { Context, Env, Hono } from 'hono'
import { rateLimiter } from 'hono-rate-limiter'
import { requireApiKey } from './api-keys.ts'
import { clientAddress } from './client-address.ts'
import { problemResponse } from './problem.ts'

export interface AccessRules {
  /** Bearer keys; empty: no key is asked for. */
  readonly apiKeys: readonly string[]
  /** Groups of routes that are open without a key. Metrics are never among them. Default: none. */
  readonly publicRoutes?: readonly RouteGroup[]
  /** Requests a minute that a key, or an address without one, may make of each kind; 0: no limit. Default: 300. */
  readonly rateLimit?: number
  /** The number of proxies in front of the server, which are trusted to say where a request is from. Default: 0. */
  readonly trustedProxies?: number
}

type RouteGroup = keyof typeof ROUTES

const ROUTES = {
  questions: ['/ask', '/feedback', '/conversations/*'],
  documents: ['/documents/*'],
  metrics: ['/metrics'],
} as const

/** Each has a count of its own. */
const LIMITED = [...ROUTES.questions, ...ROUTES.documents]

/** The headers that tell a client its rate; of the drafts of a standard the one that most clients read. */
export const RATE_HEADERS = [
  'RateLimit-Policy',
  'RateLimit-Limit',
  'RateLimit-Remaining',
  'RateLimit-Reset',
]

/** What one model process answers in a minute, at 0.2 s a question: one client may have all of it, and no more. */
const RATE_LIMIT = 300

/** Whether routes of a group ask for a key. */
export function isKeyed(
  group: RouteGroup,
  { apiKeys, publicRoutes = [] }: Pick<AccessRules, 'apiKeys' | 'publicRoutes'>,
): boolean {
  return apiKeys.length > 0 && !publicRoutes.includes(group)
}

/** The group of a route by its path; null for a route that is always open. */
export function groupOf(path: string): RouteGroup | null {
  const isIn = (group: RouteGroup) =>
    ROUTES[group].some((pattern) => path.split('/')[1] === pattern.split('/')[1])
  return (['questions', 'documents', 'metrics'] as const).find(isIn) ?? null
}

/** Asks for keys and limits rates, on all routes that are added to the app after it. */
export function addAccess(app: Hono<Env>, rules: AccessRules): void {
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
