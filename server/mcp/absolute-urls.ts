import type { Citation, QuoteJson } from '../answer/answer-schema.ts'

/** A quote whose citations have whole addresses: a client of this protocol may not know the server's. */
export function withAbsoluteUrls(quote: QuoteJson, address: string): QuoteJson {
  const absolute = (citation: Citation): Citation => {
    return { ...citation, url: `${address}${citation.url}` }
  }
  const { citation, alsoIn } = quote
  return { ...quote, citation: absolute(citation), alsoIn: alsoIn.map(absolute) }
}
