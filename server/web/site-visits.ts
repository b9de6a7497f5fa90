import { setTimeout as sleep } from 'node:timers/promises'
import { parseAddress } from './addresses.ts'
import { get, type HttpResponse, type Network, type RequestLimits } from './http-request.ts'
import { NO_RULES, readRobots, type RobotsRules } from './robots.ts'
import { WebProblem } from './web-problem.ts'

const MAX_REDIRECTS = 5
const REDIRECTIONS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])

/** The longest pause between requests to a host that a robots.txt is granted. */
const MAX_PAUSE_MS = 30_000

/** How often a server may ask for a later request, and how long it is waited for. */
const MAX_RETRIES = 2
const MAX_RETRY_MS = 120_000

/** The largest robots.txt. RFC 9309 asks for half of it at least. */
const MAX_ROBOTS_BYTES = 1_000_000

/** How requests are sent. */
export interface VisitOptions {
  readonly network: Network
  /** The shortest pause between requests to a host, in ms. */
  readonly pauseMs: number
  readonly limits: RequestLimits
}

/** What one visit needs. */
export interface Visit {
  /** Whether a redirection to this address is followed. */
  readonly mayLeadTo: (url: URL) => boolean
  /** The headers of the request to an address. */
  readonly headersFor: (url: URL) => Readonly<Record<string, string>>
}

/** The response, and the address that it came from, after redirections. */
export interface Visited {
  readonly url: URL
  readonly response: HttpResponse
}

/**
 * Makes the function that visits addresses: with pauses, by the robots.txt of every site on the way, and along at most five
 * redirections. It rejects with a `WebProblem` where an address cannot or may not be fetched.
 */
export function visitor(options: VisitOptions): (url: URL, visit: Visit) => Promise<Visited> {
  const { network, pauseMs, limits } = options
  const freeAtMs = new Map<string, number>()
  const rulesOf = new Map<string, Promise<RobotsRules>>()

  async function send(url: URL, visit: Visit, pause: number): Promise<HttpResponse> {
    for (let retries = 0; ; retries += 1) {
      await waitForTurn(url.host, pause)
      const response = await get(url, visit.headersFor(url), network, limits)
      const waitMs = askedToWait(response)
      if (waitMs === null || waitMs > MAX_RETRY_MS || retries === MAX_RETRIES) return response
      response.discard()
      await sleep(waitMs)
    }
  }

  async function waitForTurn(host: string, pause: number): Promise<void> {
    const now = performance.now()
    const turn = Math.max(now, freeAtMs.get(host) ?? 0)
    freeAtMs.set(host, turn + pause)
    await sleep(turn - now)
  }

  async function follow(start: URL, visit: Visit, obeysRobots: boolean): Promise<Visited> {
    let url = start
    for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
      const rules = obeysRobots ? await robotsOf(url.origin) : NO_RULES
      if (!rules.allows(url))
        throw new WebProblem(`is not for robots, says ${url.origin}/robots.txt`)
      const pause = Math.min(Math.max(pauseMs, rules.pauseMs), MAX_PAUSE_MS)
      const response = await send(url, visit, pause)
      const location = REDIRECTIONS.has(response.status) ? response.headers.location : undefined
      if (location === undefined) return { url, response }
      response.discard()
      const next = redirectionTo(location, url)
      if (!visit.mayLeadTo(next)) throw new WebProblem(`leads to another site, ${next.origin}`)
      url = next
    }
    throw new WebProblem(`is redirected more than ${MAX_REDIRECTS} times`)
  }

  function robotsOf(origin: string): Promise<RobotsRules> {
    const rules = rulesOf.get(origin) ?? readRobotsOf(origin)
    rulesOf.set(origin, rules)
    return rules
  }

  async function readRobotsOf(origin: string): Promise<RobotsRules> {
    try {
      const visit: Visit = { mayLeadTo: () => true, headersFor: () => ({}) }
      const { response } = await follow(new URL('/robots.txt', origin), visit, false)
      if (isAbsent(response.status)) {
        response.discard()
        return NO_RULES
      }
      if (response.status !== 200) {
        response.discard()
        throw new WebProblem(`is answered with status ${response.status}`)
      }
      const bytes = await response.read(MAX_ROBOTS_BYTES)
      return readRobots(origin, new TextDecoder().decode(bytes))
    } catch (error) {
      if (!(error instanceof WebProblem)) throw error
      throw new WebProblem(`is not fetched, because ${origin}/robots.txt ${error.message}`, {
        cause: error,
      })
    }
  }

  return (url, visit) => follow(url, visit, true)
}

/** RFC 9309: a robots.txt that the server does not have forbids nothing. One that it cannot give now forbids everything. */
function isAbsent(status: number): boolean {
  return status >= 400 && status < 500 && status !== 429
}

/** How long a server that is busy wants to be left alone, in ms; null where it does not say. */
function askedToWait({ status, headers }: HttpResponse): number | null {
  const after = headers['retry-after']
  if ((status !== 429 && status !== 503) || after === undefined) return null
  const ms = /^\d+$/.test(after) ? Number(after) * 1000 : Date.parse(after) - Date.now()
  return Number.isNaN(ms) ? null : Math.max(0, ms)
}

function redirectionTo(location: string, from: URL): URL {
  try {
    return parseAddress(location, from)
  } catch (error) {
    if (!(error instanceof WebProblem)) throw error
    throw new WebProblem(`leads to an address that ${error.message}`, { cause: error })
  }
}
