import type { Context, Env, Hono } from 'hono'
import { rateLimiter, type Store } from 'hono-rate-limiter'
import { requireApiKey } from './api-keys.ts'
import { clientAddress } from './client-address.ts'
import { problemResponse } from './problem.ts'
import { sharedRates } from './shared-rates.ts'
import type { RequestCounts } from '../state/state.ts'

export interface AccessRules {
  /** Bearer keys; empty: no key is needed. */
  readonly apiKeys: readonly string[]
  /** Groups of routes that need no key although there are keys; metrics always need one. Default: none. */
  readonly publicRoutes?: readonly RouteGroup[]
  /** Requests per minute for each path and each key, or each address without a key; 0: no limit. Default: 300. */
  readonly requestsPerMinute?: number
  /** The number of proxies in front of the server whose `X-Forwarded-For` entries are trusted. Default: 0. */
  readonly trustedProxies?: number
}

type RouteGroup = keyof typeof PATHS_BY_GROUP

const PATHS_BY_GROUP = {
  questions: ['/ask', '/feedback', '/conversations/*', '/verify', '/v1/*'],
  documents: ['/documents/*', '/problems'],
  // It answers questions and gives documents, so it is exempt only if both groups are.
  mcp: ['/mcp'],
  metrics: ['/metrics'],
  // Where a server runs only models. They have no rate limit: one question needs several calls.
  inference: ['/inference/*'],
} as const

/** Each path has its own count. */
const RATE_LIMITED_PATHS = [
  ...PATHS_BY_GROUP.questions,
  ...PATHS_BY_GROUP.documents,
  ...PATHS_BY_GROUP.mcp,
]

/** The headers that tell a client its rate limit, in the draft of the standard that most clients read. */
export const RATE_HEADERS = [
  'RateLimit-Policy',
  'RateLimit-Limit',
  'RateLimit-Remaining',
  'RateLimit-Reset',
]

/** One model process answers 300 questions a minute, at 0.2 s each; one client may use all of this capacity. */
const DEFAULT_REQUESTS_PER_MINUTE = 300

/** Whether the routes of a group need a key. `/mcp` needs one unless questions and documents are both public. */
export function needsApiKey(
  group: RouteGroup,
  { apiKeys, publicRoutes = [] }: Pick<AccessRules, 'apiKeys' | 'publicRoutes'>,
): boolean {
  if (apiKeys.length === 0) return false
  const groups: readonly RouteGroup[] = group === 'mcp' ? ['questions', 'documents'] : [group]
  return !groups.every((each) => publicRoutes.includes(each))
}

/** The group of a route by its path; null for a route that is always open. */
export function groupOf(path: string): RouteGroup | null {
  const isIn = (group: RouteGroup) =>
    PATHS_BY_GROUP[group].some((pattern) => path.split('/')[1] === pattern.split('/')[1])
  return (['questions', 'documents', 'mcp', 'metrics', 'inference'] as const).find(isIn) ?? null
}

/**
 * Requires keys and limits rates on all routes that are added to the app afterwards. `findCounts` gives the counts that several
 * servers share; null where there are none, or not yet.
 */
export function addAccess(
  app: Hono<Env>,
  rules: AccessRules,
  findCounts: () => RequestCounts | null,
): void {
  const { apiKeys, requestsPerMinute = DEFAULT_REQUESTS_PER_MINUTE, trustedProxies = 0 } = rules
  const withKey = requireApiKey(apiKeys)
  app.use(async (c, next) => {
    const group = groupOf(c.req.path)
    return group !== null && needsApiKey(group, rules) ? withKey(c, next) : next()
  })
  if (requestsPerMinute === 0) return
  for (const path of RATE_LIMITED_PATHS) {
    const store = sharedRates(path, WINDOW_MS, findCounts)
    app.use(path, limitRate(store, requestsPerMinute, trustedProxies))
  }
}

/** The rate limit is on the requests of a minute. */
const WINDOW_MS = 60_000

function limitRate(store: Store, requestsPerMinute: number, trustedProxies: number) {
  return rateLimiter({
    windowMs: WINDOW_MS,
    limit: requestsPerMinute,
    store,
    keyGenerator: (c: Context) => c.get('keyHash') ?? clientAddress(c, trustedProxies),
    handler: (c) => {
      const headers = ['Retry-After', ...RATE_HEADERS].flatMap((name) => {
        const value = c.res.headers.get(name)
        return value === null ? [] : [[name, value] as const]
      })
      return problemResponse(
        429,
        'Too many requests from this key or address. Wait a minute, then try again.',
        {
          headers: Object.fromEntries(headers),
        },
      )
    },
  })
}
