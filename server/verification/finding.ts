import type { Span } from '../../index/span.ts'
import type { StoredPassage } from '../../index/storage/storage.ts'
import type { Difference } from './differences.ts'
import type { NearPlace, Unit } from './find-words.ts'
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
  const { differences, confidence } = first
  const verdict = differences.length === 0 ? 'quoted' : 'altered'
  return { verdict, confidence, differences, places }
}

/**
 * The finding for a sentence with quotations, from its places, the nearest first. The writer's own words around the quotations
 * ("…", he wrote, "…") are no difference if none of them is in the source.
 */
export function findingAround(
  places: readonly NearPlace[],
  { sentence, quotations }: DraftSentence,
): Finding {
  const finding = findingOf(places)
  const [first] = places
  if (!first || finding.verdict === 'quoted' || quotations.length === 0) return finding
  const same = first.alignment.steps.flatMap(({ kind, draft }) => (kind === 'same' ? draft : []))
  const around = spansAround(sentence, quotations).filter((span) => !same.some(isIn(span)))
  const differences = finding.differences.flatMap((difference) => {
    const own = around.find((span) => difference.draft && isIn(span)(difference.draft))
    return own ? lostBy(difference, own) : [difference]
  })
  if (differences.length > 0) return { ...finding, differences }
  return findingOf([{ ...first, confidence: 1, differences }])
}

/** What a writer's own words hide: between two quotations they may be in place of words of the source. */
function lostBy({ source }: Difference, { isBetween }: AroundSpan): Difference[] {
  return isBetween && source ? [{ kind: 'left-out', draft: null, source }] : []
}

/** A part of a sentence outside its quotations. */
interface AroundSpan extends Span {
  /** Whether it stands between two quotations. */
  readonly isBetween: boolean
}

function spansAround({ start, end }: Unit, quotations: readonly Unit[]): AroundSpan[] {
  const starts = [start, ...quotations.map((quotation) => quotation.end)]
  const ends = [...quotations.map((quotation) => quotation.start), end]
  return Array.from(starts, (from, i) => {
    return { start: from, end: ends[i] ?? end, isBetween: i > 0 && i < quotations.length }
  })
}

function isIn({ start, end }: Span): (inner: Span) => boolean {
  return (inner) => start <= inner.start && inner.end <= end
}
