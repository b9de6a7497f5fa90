import type { Span } from '../../index/span.ts'

/** The address of the page that opens a document at a quote, below the address of the server. */
export function quoteUrl({ documentId, start, end }: Span & { documentId: string }): string {
  return `/documents/${documentId}?start=${start}&end=${end}`
}
