import type { Citation, QuoteJson } from '../answer/answer-schema.ts'

/** A quote whose citations have absolute URLs, because an MCP client may not know the server's address. `address` has no `/` at its end. */
export function withAbsoluteUrls(quote: QuoteJson, address: string): QuoteJson {
  const absolute = (citation: Citation): Citation => {
    return { ...citation, url: `${address}${citation.url}` }
  }
  const { citation, alsoIn } = quote
  return { ...quote, citation: absolute(citation), alsoIn: alsoIn.map(absolute) }
}
