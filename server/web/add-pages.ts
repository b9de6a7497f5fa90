import { contentOf, keptBytes } from './content.ts'
import {
  type HttpResponse,
  type Network,
  REQUEST_LIMITS,
  type RequestLimits,
} from './http-request.ts'
import { linksIn } from './links.ts'
import { type Visit, type Visited, visitor } from './site-visits.ts'
import { MAX_SITEMAP_BYTES, readSitemap, type Sitemap } from './sitemap.ts'
import { addressOrNull, type Target, targetsOn } from './targets.ts'
import { type KeptPage, type NewPage, openWebFolder, type Saved } from './web-folder.ts'
import { WebProblem } from './web-problem.ts'

/** The largest page. The largest file that an extractor takes. */
export const MAX_PAGE_BYTES = 50_000_000

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

/**
 * Fetches pages into the folder for pages of the web, and reports each when it is done. It asks only for what was named, and
 * for pages on the same sites. Where an address that was named leads, there is its site too. Gives how many more pages are
 * known than the limit allows.
 */
export async function addPages(
  wanted: Wanted,
  means: Means,
  report: (outcome: Outcome) => void,
): Promise<{ left: number }> {
  const { documentsDir, network, pauseMs = PAUSE_MS, limits = REQUEST_LIMITS } = means
  const folder = await openWebFolder(documentsDir)
  const visit = visitor({ network, pauseMs, limits })
  const targets = targetsOn(wanted.urls, wanted.include)

  async function open({ url, named }: Target, headersFor: Visit['headersFor']): Promise<Visited> {
    const mayLeadTo = (next: URL) => named || targets.isOnSite(next)
    const visited = await visit(url, { mayLeadTo, headersFor })
    if (named) targets.addSiteOf(visited.url)
    return visited
  }

  /** Gives null where the address leads to a page that is asked for anyway. */
  async function addPage(target: Target): Promise<Outcome | null> {
    const { url, response } = await open(target, (hop) => conditionsOf(folder.find(hop)))
    if (url.href !== target.url.href && !targets.claim(url)) {
      response.discard()
      return null
    }
    const kept = folder.find(url)
    const outcome = { url: url.href, named: target.named }
    if (response.status === 304 && kept) {
      response.discard()
      if (target.steps > 0) wantLinks(kept.file, await folder.read(kept), url, target.steps)
      return { ...outcome, became: 'unchanged', detail: kept.file }
    }
    const page = await readPage(response, url, kept)
    const { file, saved } = await folder.save(url, page)
    if (target.steps > 0) wantLinks(file, page.bytes, url, target.steps)
    return { ...outcome, became: saved, detail: file }
  }

  function wantLinks(file: string, bytes: Buffer, url: URL, steps: number): void {
    if (!file.endsWith('.html')) return
    const { links, base } = linksIn(new TextDecoder().decode(bytes))
    targets.find(links, addressOrNull(base ?? '', url) ?? url, steps - 1)
  }

  async function addSitemap(target: Target): Promise<void> {
    const { url, sitemaps } = await addPagesOfSitemap(target)
    const parts = sitemaps.flatMap((part) => addressOrNull(part, url) ?? [])
    const onSite = parts.filter((part) => targets.isOnSite(part))
    if (onSite.length < parts.length) remark(target, 'lists sitemaps of other sites; left out')
    for (const part of onSite.slice(0, wanted.limit)) {
      if (targets.waiting() >= wanted.limit) return
      await orReport({ url: part, steps: 0, named: false }, async (partOf) => {
        const nested = await addPagesOfSitemap(partOf)
        if (nested.sitemaps.length > 0) throw new WebProblem('is an index inside an index')
      })
    }
  }

  async function addPagesOfSitemap(target: Target) {
    const { url, response } = await open(target, () => ({}))
    const { pages, sitemaps } = await readSitemapFrom(response)
    const elsewhere = targets.find(pages, url, wanted.depth)
    if (elsewhere > 0) remark(target, `lists pages of other sites (${elsewhere}); left out`)
    return { url, sitemaps }
  }

  async function orReport(
    target: Target,
    action: (target: Target) => Promise<Outcome | null | void>,
  ): Promise<void> {
    try {
      const outcome = await action(target)
      if (outcome) report(outcome)
    } catch (error) {
      if (!(error instanceof WebProblem)) throw error
      const { url, named } = target
      report({ url: url.href, became: 'problem', detail: error.message, named })
    }
  }

  /** Says of an address that was fetched what was left out of it. */
  function remark({ url }: Target, detail: string): void {
    report({ url: url.href, became: 'problem', detail, named: false })
  }

  for (const url of wanted.urls) {
    const target = { url, steps: wanted.depth, named: true }
    if (wanted.sitemap) await orReport(target, addSitemap)
    else targets.want(target)
  }
  for (let asked = 0; asked < wanted.limit; asked += 1) {
    const target = targets.next()
    if (!target) break
    await orReport(target, addPage)
  }
  return { left: targets.waiting() }
}

function conditionsOf(kept: KeptPage | null): Record<string, string> {
  const { etag, lastModified } = kept?.validators ?? {}
  return {
    ...(etag !== undefined && { 'If-None-Match': etag }),
    ...(lastModified !== undefined && { 'If-Modified-Since': lastModified }),
  }
}

/** Reads what is to be kept of a page. `kept` is what an earlier run kept. */
async function readPage(response: HttpResponse, url: URL, kept: KeptPage | null): Promise<NewPage> {
  try {
    refuseStatus(response.status, kept)
    const { etag, 'last-modified': lastModified } = response.headers
    const content = contentOf(response.headers['content-type'], url)
    const bytes = keptBytes(await response.read(MAX_PAGE_BYTES), content)
    const validators = { ...(etag && { etag }), ...(lastModified && { lastModified }) }
    return { bytes, ending: content.ending, validators }
  } finally {
    response.discard()
  }
}

function refuseStatus(status: number, kept: KeptPage | null): void {
  if (status === 200) return
  const isGone = status === 404 || status === 410
  const what = isGone ? `does not exist (status ${status})` : `is answered with status ${status}`
  const stays = isGone ? 'delete it if it is no longer wanted' : 'it stays as it was'
  throw new WebProblem(kept === null ? what : `${what}; ${kept.file} is kept: ${stays}`)
}

async function readSitemapFrom(response: HttpResponse): Promise<Sitemap> {
  try {
    if (response.status !== 200) throw new WebProblem(`is answered with status ${response.status}`)
    return await readSitemap(await response.read(MAX_SITEMAP_BYTES))
  } finally {
    response.discard()
  }
}
