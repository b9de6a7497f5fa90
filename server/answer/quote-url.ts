import type { Span } from '../../index/span.ts'

/** A place in a document, and the words in it that answer. */
export interface QuotePlace extends Span {
  readonly documentId: string
  readonly highlight: Span | null
}

/** Makes the address that opens a document at a quote, below the address of the server. */
export type LinkTo = (place: QuotePlace) => string

/** The address of the page that opens a document at a quote, below the address of the server. */
export function quoteUrl({ documentId, start, end, highlight }: QuotePlace): string {
  const words = highlight ? `&highlightStart=${highlight.start}&highlightEnd=${highlight.end}` : ''
  return `/documents/${documentId}?start=${start}&end=${end}${words}`
}
