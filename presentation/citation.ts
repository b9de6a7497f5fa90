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

/** Where a quote stands, as far as its citation says. */
export interface CitationPlace {
  /** 1-based. */
  readonly paragraph: number
  /** Null where the document has no pages. */
  readonly page: {
    readonly first: number
    readonly last: number
    readonly label: string | null
  } | null
}

/** The words that a place is named with, in the language of the reader. */
export interface PlaceWords {
  readonly page: string
  readonly pages: string
  readonly paragraph: string
}

/** A place as people name it: "page iii", "pages 3–4", or "paragraph 11" where there are no pages. */
export function placePart({ page, paragraph }: CitationPlace, words: PlaceWords): string {
  if (!page) return `${words.paragraph} ${paragraph}`
  const { first, last, label } = page
  return first === last ? `${words.page} ${label ?? first}` : `${words.pages} ${first}–${last}`
}

/** The words for places in English. */
export const ENGLISH_PLACES: PlaceWords = { page: 'page', pages: 'pages', paragraph: 'paragraph' }

/** Says in English that a person chose a quote, instead of a search. */
export function chosenBy(name: string): string {
  return `chosen by ${name}`
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
