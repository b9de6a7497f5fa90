import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { SaxesParser } from 'saxes'
import { WebProblem } from './web-problem.ts'

/** The largest sitemap, unpacked: the limit of the sitemap protocol. */
export const MAX_SITEMAP_BYTES = 50 * 2 ** 20

/** A sitemap nests three deep. Extensions add one or two. */
const MAX_DEPTH = 20

/** What a sitemap lists, in its order, as it writes it. */
export interface Sitemap {
  readonly pages: readonly string[]
  /** An index lists other sitemaps instead. */
  readonly sitemaps: readonly string[]
}

/** Reads a sitemap or a sitemap index, also one in gzip. Rejects with a `WebProblem` where the bytes are neither. */
export async function readSitemap(bytes: Buffer): Promise<Sitemap> {
  const xml = new TextDecoder().decode(await unpacked(bytes))
  const pages: string[] = []
  const sitemaps: string[] = []
  const open: string[] = []
  let text = ''
  const parser = new SaxesParser({ xmlns: true })
  parser.on('opentag', ({ local }) => {
    if (open.length >= MAX_DEPTH) throw new Error('nested too deeply')
    open.push(local)
    text = ''
  })
  parser.on('text', (part) => {
    text += part
  })
  parser.on('cdata', (part) => {
    text += part
  })
  parser.on('closetag', ({ local }) => {
    open.pop()
    const parent = open.at(-1)
    if (local === 'loc' && parent === 'url') pages.push(text.trim())
    if (local === 'loc' && parent === 'sitemap') sitemaps.push(text.trim())
  })
  try {
    parser.write(xml).close()
  } catch (error) {
    throw new WebProblem('is not a sitemap: it is not well-formed XML', { cause: error })
  }
  if (pages.length + sitemaps.length === 0) throw new WebProblem('is a sitemap without a page')
  return { pages, sitemaps }
}

async function unpacked(bytes: Buffer): Promise<Buffer> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes
  try {
    return await promisify(gunzip)(bytes, { maxOutputLength: MAX_SITEMAP_BYTES })
  } catch (error) {
    throw new WebProblem('cannot be unpacked, or has more than 50 MB', { cause: error })
  }
}
