import type { Language } from '../../index/language/language.ts'
import type { Span } from '../../index/span.ts'
import type { StoredPassage } from '../../index/storage/storage.ts'
import type { Difference } from './differences.ts'
import type { NearPlace } from './find-words.ts'
import type { DraftSentence } from './read-draft.ts'

/** Whether the documents have a sentence or a quotation of a draft, and where. */
export interface Finding {
  readonly verdict: 'quoted' | 'altered' | 'similar' | 'not-found'
  /** From 0 to 1. `quoted`: 1; `altered`: the share of the same words; `similar`: the score of the cross-encoder; `not-found`: 0. */
  readonly confidence: number
  /** From the first place, in the order of the draft. */
  readonly differences: readonly Difference[]
  /** Best first. */
  readonly places: readonly FoundPlace[]
}

/** A place that a finding names. */
export interface FoundPlace {
  readonly passage: StoredPassage
  /** Whole sentences of the passage. */
  readonly sentences: Span
  /** The words that were found; null if it is `similar`. */
  readonly words: Span | null
  /** See {@link Finding.confidence}. */
  readonly confidence: number
}

/** What is said if no document has it. */
export const NOT_FOUND: Finding = {
  verdict: 'not-found',
  confidence: 0,
  differences: [],
  places: [],
}

/** The finding for a sentence or a quotation, from its places, the nearest first. */
export function findingOf(places: readonly NearPlace[]): Finding {
  const [first] = places
  if (!first) return NOT_FOUND
  const { differences } = first
  const isQuoted = differences.length === 0
  return {
    verdict: isQuoted ? 'quoted' : 'altered',
    confidence: isQuoted ? 1 : first.confidence,
    differences,
    places,
  }
}

/** A sentence with quotations, and what was found of it. */
export interface FoundAround {
  /** The places of the whole sentence, the nearest first. */
  readonly whole: readonly NearPlace[]
  /** The places of its quotations without what stands around them, the nearest first. */
  readonly quoted: readonly NearPlace[]
}

/**
 * The finding for a sentence with quotations: that of its quotations, unless the documents have the whole sentence or most of the
 * writer's own words around them.
 */
export function findingAround(
  { whole, quoted }: FoundAround,
  { sentence, quotations }: DraftSentence,
  language: Language,
): Finding {
  const finding = findingOf(whole)
  const [nearest] = whole
  if (!nearest || finding.verdict === 'quoted' || quoted.length === 0) return finding
  const own = sentence.words.filter(
    ({ start, end, key }) =>
      !language.stopWords.has(key) &&
      !quotations.some((quotation) => quotation.start <= start && end <= quotation.end),
  )
  const same = new Set(
    nearest.alignment.steps.flatMap(({ kind, draft }) =>
      kind === 'same' ? draft.map(({ start }) => start) : [],
    ),
  )
  const shared = own.filter(({ start }) => same.has(start))
  return 2 * shared.length > own.length ? finding : findingOf(quoted)
}
