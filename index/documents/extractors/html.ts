import { parse } from 'parse5'
import { decodeHtml } from './encoding.ts'
import type { Extractor } from './extractor.ts'
import { htmlDetails } from './html-details.ts'
import { findMain } from './html-main.ts'
import { readHtml } from './html-reader.ts'
import type { HtmlDocument } from './html-tree.ts'
import { layOut } from './lay-out.ts'
import { MAX_FILE_BYTES } from './zip.ts'

/** HTML as it is on the web. */
export const htmlExtractor: Extractor = {
  format: 'html',
  version: 1,
  extensions: ['.html', '.htm', '.xhtml'],
  maxBytes: MAX_FILE_BYTES,
  extract: async (bytes) => {
    const document = parseHtml(bytes)
    const main = findMain(document)
    const contents = main ? readHtml(main.root, { isWebPage: true, isLeftOut: main.isLeftOut }) : []
    return { ...layOut(contents), details: htmlDetails(document) }
  },
}

// Elements that HTML itself closes where they begin.
const VOID = 'area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr'
const CLOSED_AT_ONCE = new RegExp(`<(?!(?:${VOID})[\\s/])([a-zA-Z][\\w:-]*)(\\s[^<>]*)?/>`, 'g')

/** The tree of an HTML or XHTML file. Throws an `Error` whose message completes "FILE …" where it is not text. */
export function parseHtml(bytes: Uint8Array): HtmlDocument {
  const text = decodeHtml(bytes)
  if (text.includes('\0')) {
    throw new Error('is not HTML: it has NUL characters; save it as HTML in UTF-8')
  }
  const isXml = /^\s*<\?xml|^[^>]*(?:>[^>]*){0,4}xmlns=["']http:\/\/www\.w3\.org\/1999\/xhtml/.test(
    text.slice(0, 2000),
  )
  // HTML does not know "<title/>", and would take all that follows for the title.
  return parse(isXml ? text.replace(CLOSED_AT_ONCE, '<$1$2></$1>') : text)
}
