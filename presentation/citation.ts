/**
 * The parts of a citation that are shown to people, except its paragraph; null where a part is
 * unknown.
 */
export interface CitationDetails {
  readonly title: string
  readonly author: string | null
  readonly publisher: string | null
  readonly date: string | null
}

/** How likely a quote answers its question, as one of four steps. */
export type Likelihood = 'veryLikely' | 'likely' | 'perhaps' | 'related'

/**
 * The known parts of a citation, in the order in which they are shown: title, author, publisher,
 * date.
 */
export function citationParts({ title, author, publisher, date }: CitationDetails): string[] {
  return [title, author, publisher, date].filter((part) => part !== null)
}

/**
 * The step for a confidence (0 to 1). People are shown steps because they read too much into
 * digits.
 */
export function likelihood(confidence: number): Likelihood {
  if (confidence >= 0.85) return 'veryLikely'
  if (confidence >= 0.5) return 'likely'
  return confidence >= 0.2 ? 'perhaps' : 'related'
}
