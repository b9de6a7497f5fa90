import type { Span } from '../../index/splitting/span.ts'
import type { QuoteJson } from './answer-schema.ts'

/** What a citation names beside the paragraph, for people: title, author, publisher and date, as far as they are known. */
export function citationParts({
  title,
  author,
  publisher,
  date,
}: Pick<QuoteJson['citation'], 'title' | 'author' | 'publisher' | 'date'>): string[] {
  return [title, author, publisher, date].flatMap((part) => (part === null ? [] : [part]))
}

/** The address of the page that opens a document at a quote, below the address of the server. */
export function quoteUrl({ documentId, start, end }: Span & { documentId: string }): string {
  return `/documents/${documentId}?start=${start}&end=${end}`
}

/** How likely a quote answers, as a step: people take digits for more than they are. */
export function likelihood(confidence: number): 'veryLikely' | 'likely' | 'perhaps' | 'related' {
  if (confidence >= 0.85) return 'veryLikely'
  if (confidence >= 0.5) return 'likely'
  return confidence >= 0.2 ? 'perhaps' : 'related'
}
