import type { QuoteJson } from './answer-schema.ts'

/** What a citation names beside the paragraph, for people: title, author, publisher and date, as far as they are known. */
export function citationParts({ title, author, publisher, date }: QuoteJson['citation']): string[] {
  return [title, author, publisher, date].flatMap((part) => (part === null ? [] : [part]))
}

/** How likely a quote answers, as a step: people take digits for more than they are. */
export function likelihood(confidence: number): 'veryLikely' | 'likely' | 'perhaps' | 'related' {
  if (confidence >= 0.85) return 'veryLikely'
  if (confidence >= 0.5) return 'likely'
  return confidence >= 0.2 ? 'perhaps' : 'related'
}
