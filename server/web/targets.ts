import { parseAddress } from './addresses.ts'
import { WebProblem } from './web-problem.ts'

/** How many addresses wait at most. A site with a calendar has links without end. */
const MAX_WAITING = 50_000

/** An address to ask for. */
export interface Target {
  readonly url: URL
  /** How many links may still be followed from it. */
  readonly steps: number
  /** Whether it was named, rather than found. */
  readonly named: boolean
}

/** The addresses to ask for, each once, in the order in which they were named or found. */
export interface Targets {
  want(target: Target): void
  /**
   * Wants those addresses of a page or a sitemap that are on the sites, and whose path matches. They may be relative to `base`. Gives how many are
   * on other sites.
   */
  find(addresses: readonly string[], base: URL, steps: number): number
  next(): Target | undefined
  waiting(): number
  /** Takes an address for one that is being asked for. False where it was one before. */
  claim(url: URL): boolean
  isOnSite(url: URL): boolean
  addSiteOf(url: URL): void
}

/** No targets yet, on the sites of addresses: their origins. `include` is what the path of a found page must match; null: any. */
export function targetsOn(urls: readonly URL[], include: RegExp | null): Targets {
  const origins = new Set(urls.map(({ origin }) => origin))
  const known = new Set<string>()
  const waiting: Target[] = []

  const isOnSite = (url: URL) => origins.has(url.origin)

  function claim({ href }: URL): boolean {
    const isNew = !known.has(href)
    known.add(href)
    return isNew
  }

  function want(target: Target): void {
    if (waiting.length < MAX_WAITING && claim(target.url)) waiting.push(target)
  }

  return {
    want,
    find: (addresses, base, steps) => {
      let elsewhere = 0
      for (const address of addresses) {
        const url = addressOrNull(address, base)
        if (url === null) continue
        if (!isOnSite(url)) elsewhere += 1
        else if (include?.test(url.pathname) ?? true) want({ url, steps, named: false })
      }
      return elsewhere
    },
    next: () => waiting.shift(),
    waiting: () => waiting.length,
    claim,
    isOnSite,
    addSiteOf: ({ origin }) => void origins.add(origin),
  }
}

/** An address that a page or a sitemap names; null where it is none to ask for, such as that of an e-mail. */
export function addressOrNull(address: string, base: URL): URL | null {
  try {
    return parseAddress(address, base)
  } catch (error) {
    if (error instanceof WebProblem) return null
    throw error
  }
}
