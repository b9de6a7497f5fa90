import { parseAddress } from './addresses.ts'
import { contentOf, keptBytes } from './content.ts'
import {
  type HttpResponse,
  type Network,
  REQUEST_LIMITS,
  type RequestLimits,
} from './http-request.ts'
import { linksIn } from './links.ts'
import { visitor } from './site-visits.ts'
import { MAX_SITEMAP_BYTES, readSitemap, type Sitemap } from './sitemap.ts'
import { openWebFolder, type Saved, type Validators } from './web-folder.ts'
import { WebProblem } from './web-problem.ts'

/** The largest page. The largest file that an extractor takes. */
export const MAX_PAGE_BYTES = 50_000_000

/** How many addresses wait at most. A site with calendars has links without end. */
const MAX_WAITING = 50_000

/** The shortest pause between two requests to a host, in ms. */
const PAUSE_MS = 1000

/** What to add. */
export interface Wanted {
  /** Without fragments, from {@link parseAddress}. */
  readonly urls: readonly URL[]
  /** Whether the addresses are those of sitemaps, and the pages that these list are wanted. */
  readonly sitemap: boolean
  /** How many links away from the named pages other pages are wanted. */
  readonly depth: number
  /** What the path of a page that was not named must match; null: any. */
  readonly include: RegExp | null
  /** The most pages that are asked for. */
  readonly limit: number
}

/** How pages are asked for, and where they are kept. */
export interface Means {
  readonly documentsDir: string
  readonly network: Network
  /** Default: 1000. */
  readonly pauseMs?: number
  readonly limits?: RequestLimits
}

/** What became of an address. */
export interface Outcome {
  readonly url: string
  readonly became: Saved | 'problem'
  /** The name of the file, or a reason that completes "ADDRESS …". */
  readonly detail: string
  /** Whether it was named, rather than found. */
  readonly named: boolean
}

/** An address to ask for. */
interface Target {
  readonly url: URL
  /** How many links may still be followed from it. */
  readonly steps: number
  readonly named: boolean
}

/**
 * Fetches pages into the folder for pages of the web, and reports each when it is done. It asks only for what was named,
 * and for pages on the sites of these. The site of an address is the one that it leads to, too. Gives how many pages more are known than the limit allows.
 */
export async function addPages(
  wanted: Wanted,
  means: Means,
  report: (outcome: Outcome) => void,
): Promise<{ left: number }> {
  const { documentsDir, network, pauseMs = PAUSE_MS, limits = REQUEST_LIMITS } = means
  const folder = await openWebFolder(documentsDir)
  const visit = visitor({ network, pauseMs, limits })
  const origins = new Set(wanted.urls.map(({ origin }) => origin))
  const known = new Set<string>()
  const waiting: Target[] = []

  /** Has an address asked for, unless it was before. */
  function want(target: Target): void {
    if (known.has(target.url.href) || waiting.length >= MAX_WAITING) return
    known.add(target.url.href)
    waiting.push(target)
  }

  /** Has the addresses asked for that a page names, as far as they are wanted. Gives how many are on other sites. */
  function wantFound(addresses: readonly string[], base: URL, steps: number): number {
    let elsewhere = 0
    for (const address of addresses) {
      const url = addressOrNull(address, base)
      if (url === null) continue
      if (!origins.has(url.origin)) elsewhere += 1
      else if (wanted.include?.test(url.pathname) ?? true) want({ url, steps, named: false })
    }
    return elsewhere
  }

  /** Visits an address; where it was named, wherever it leads. */
  async function open({ url, named }: Target, headersFor: (url: URL) => Record<string, string>) {
    const mayLeadTo = (next: URL) => named || origins.has(next.origin)
    const visited = await visit(url, { mayLeadTo, headersFor })
    if (named) origins.add(visited.url.origin)
    return visited
  }

  async function addPage(target: Target): Promise<Outcome | null> {
    const conditions = (url: URL) => conditionsOf(folder.find(url)?.validators ?? {})
    const { url, response } = await open(target, conditions)
    if (url.href !== target.url.href && known.has(url.href)) {
      response.discard()
      return null
    }
    known.add(url.href)
    const kept = folder.find(url)
    const outcome = { url: url.href, named: target.named }
    if (response.status === 304 && kept) {
      response.discard()
      if (target.steps > 0) wantLinks(kept.file, await folder.read(kept), url, target.steps)
      return { ...outcome, became: 'unchanged', detail: kept.file }
    }
    const page = await readPage(response, url, kept?.file ?? null)
    const { file, saved } = await folder.save(url, page)
    if (target.steps > 0) wantLinks(file, page.bytes, url, target.steps)
    return { ...outcome, became: saved, detail: file }
  }

  function wantLinks(file: string, bytes: Buffer, url: URL, steps: number): void {
    if (!file.endsWith('.html')) return
    const { links, base } = linksIn(new TextDecoder().decode(bytes))
    wantFound(links, (base === null ? null : addressOrNull(base, url)) ?? url, steps - 1)
  }

  async function addSitemap(target: Target, isPartOfIndex: boolean): Promise<void> {
    const { url, response } = await open(target, () => ({}))
    const { pages, sitemaps } = await readSitemapFrom(response)
    const elsewhere = wantFound(pages, url, wanted.depth)
    if (elsewhere > 0)
      reportProblem(target, `lists ${elsewhere} addresses of other sites; left out`)
    if (isPartOfIndex && sitemaps.length > 0) throw new WebProblem('is an index inside an index')
    for (const sitemap of sitemaps) {
      if (waiting.length >= wanted.limit) return
      const part = addressOrNull(sitemap, url)
      if (part === null || !origins.has(part.origin)) {
        reportProblem(target, 'lists a sitemap of another site; left out')
        continue
      }
      const partTarget = { url: part, steps: 0, named: false }
      await orReport(partTarget, () => addSitemap(partTarget, true))
    }
  }

  async function orReport<T>(target: Target, action: () => Promise<T>): Promise<T | null> {
    try {
      return await action()
    } catch (error) {
      if (!(error instanceof WebProblem)) throw error
      reportProblem(target, error.message)
      return null
    }
  }

  function reportProblem({ url, named }: Target, detail: string): void {
    report({ url: url.href, became: 'problem', detail, named })
  }

  for (const url of wanted.urls) {
    const target = { url, steps: wanted.depth, named: true }
    if (wanted.sitemap) await orReport(target, () => addSitemap(target, false))
    else want(target)
  }
  for (let asked = 0; asked < wanted.limit; asked += 1) {
    const target = waiting.shift()
    if (!target) break
    const outcome = await orReport(target, () => addPage(target))
    if (outcome) report(outcome)
  }
  return { left: waiting.length }
}

function addressOrNull(address: string, base: URL): URL | null {
  try {
    return parseAddress(address, base)
  } catch (error) {
    if (error instanceof WebProblem) return null
    throw error
  }
}

function conditionsOf({ etag, lastModified }: Validators): Record<string, string> {
  return {
    ...(etag !== undefined && { 'If-None-Match': etag }),
    ...(lastModified !== undefined && { 'If-Modified-Since': lastModified }),
  }
}

/** Reads what is kept of a page. `keptFile` is the file that an earlier run made of it. */
async function readPage(response: HttpResponse, url: URL, keptFile: string | null) {
  try {
    refuseStatus(response.status, keptFile)
    const { etag, 'last-modified': lastModified } = response.headers
    const content = contentOf(response.headers['content-type'], url)
    const bytes = keptBytes(await response.read(MAX_PAGE_BYTES), content)
    const validators = { ...(etag && { etag }), ...(lastModified && { lastModified }) }
    return { bytes, ending: content.ending, validators }
  } finally {
    response.discard()
  }
}

function refuseStatus(status: number, keptFile: string | null): void {
  if (status === 200) return
  const isGone = status === 404 || status === 410
  const what = isGone ? `does not exist (status ${status})` : `is answered with status ${status}`
  const stays = isGone ? 'delete it if it is no longer wanted' : 'it stays as it was'
  throw new WebProblem(keptFile === null ? what : `${what}; ${keptFile} is kept: ${stays}`)
}

async function readSitemapFrom(response: HttpResponse): Promise<Sitemap> {
  try {
    if (response.status !== 200) throw new WebProblem(`is answered with status ${response.status}`)
    return await readSitemap(await response.read(MAX_SITEMAP_BYTES))
  } finally {
    response.discard()
  }
}
