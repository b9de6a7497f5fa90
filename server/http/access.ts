import type { Context, Env, Hono, MiddlewareHandler } from 'hono'
import { rateLimiter, type Store } from 'hono-rate-limiter'
import type { Right } from '../access/caller.ts'
import { keyNeeded } from './api-keys.ts'
import { type CallerRules, identifyCaller } from './identify.ts'
import { problemResponse } from './problem.ts'
import type { FindService } from './router.ts'
import { sharedRates } from './shared-rates.ts'

export interface AccessRules extends CallerRules {
  /** Requests per minute for each path and each key, or each address without a key; 0: no limit. Default: 300. */
  readonly requestsPerMinute?: number
}

/** Routes that need the same rights. */
interface RouteGroup {
  readonly paths: readonly string[]
  /** One right of each list is needed. */
  readonly needs: readonly (readonly Right[])[]
  /** Each path has its own count of requests. */
  readonly isRateLimited: boolean
}

const GROUPS: readonly RouteGroup[] = [
  {
    paths: ['/ask', '/feedback', '/conversations/*', '/v1/*'],
    needs: [['ask']],
    isRateLimited: true,
  },
  { paths: ['/verify'], needs: [['verify']], isRateLimited: true },
  { paths: ['/documents/*', '/problems'], needs: [['read']], isRateLimited: true },
  // It answers questions, verifies, and gives documents. Its tools are those that the caller may use.
  { paths: ['/mcp'], needs: [['read'], ['ask', 'verify']], isRateLimited: true },
  { paths: ['/metrics'], needs: [['metrics']], isRateLimited: false },
  // A thousand files are uploaded in more requests than the limit allows.
  { paths: ['/desk/*'], needs: [['desk']], isRateLimited: false },
  // These show everybody what they may see.
  {
    paths: ['/', '/llms.txt', '/opensearch.xml', '/openapi.json'],
    needs: [],
    isRateLimited: false,
  },
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

/** Whether somebody with these rights may use a route, by its path. */
export function mayUse(path: string, may: ReadonlySet<Right>): boolean {
  return GROUPS.filter((group) => hasPath(group, path)).every(({ needs }) =>
    needs.every((rights) => rights.some((right) => may.has(right))),
  )
}

function hasPath({ paths }: RouteGroup, path: string): boolean {
  return paths.some((pattern) => path.split('/')[1] === pattern.split('/')[1])
}

/**
 * Identifies callers, requires their rights, and limits rates on all routes that are added to the app afterwards. `findService` gives
 * the keys, and the counts that several servers share.
 */
export function addAccess(app: Hono<Env>, rules: AccessRules, findService: FindService): void {
  const { requestsPerMinute = DEFAULT_REQUESTS_PER_MINUTE } = rules
  const identify = identifyCaller(rules, findService)
  const findCounts = () => findService()?.requests ?? null
  for (const { paths, isRateLimited } of GROUPS) {
    for (const path of paths) {
      app.use(path, identify, requireRights)
      if (!isRateLimited || requestsPerMinute === 0) continue
      app.use(path, limitRate(sharedRates(path, WINDOW_MS, findCounts), requestsPerMinute))
    }
  }
}

const requireRights: MiddlewareHandler = async (c, next) => {
  const { name, may } = c.var.caller
  if (mayUse(c.req.path, may)) return next()
  if (name === null) return isDeskPage(c) ? signIn(c) : keyNeeded(c)
  const rights = [...may].join(', ') || 'nothing'
  return problemResponse(
    403,
    `“${name}” may not do this. It may: ${rights}. Ask the operator of this server for a key with the right.`,
  )
}

/** Whether somebody opens a page of the desk in a browser. */
function isDeskPage(c: Context): boolean {
  const { path, method } = c.req
  return method === 'GET' && /^\/desk(?!\/api)(?:\/|$)/.test(path)
}

function signIn(c: Context): Response {
  return c.redirect(`/sign-in?next=${encodeURIComponent(c.req.path)}`, 303)
}

/** The rate limit is on the requests of a minute. */
const WINDOW_MS = 60_000

function limitRate(store: Store, requestsPerMinute: number) {
  return rateLimiter({
    windowMs: WINDOW_MS,
    limit: requestsPerMinute,
    store,
    keyGenerator: (c: Context) => c.var.caller.id,
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
