import type { Language } from '../../index/language/language.ts'
import type { Span } from '../../index/span.ts'
import type { StoredPassage } from '../../index/storage/storage.ts'
import { type Difference, differenceOf, isFigure } from './differences.ts'
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

/** A sentence with quotations, and what was found of it. */
export interface FoundAround {
  /** The places of the whole sentence, the nearest first. */
  readonly whole: readonly NearPlace[]
  /** The places of its quotations without what stands around them, the nearest first. */
  readonly quoted: readonly NearPlace[]
}

/**
 * The finding for a sentence with quotations. The writer's own words around them ("…", he wrote, "…") are no difference if the
 * source has none of these but function words. A negation among them is one, and so is a number between two quotations.
 */
export function findingAround(
  { whole, quoted }: FoundAround,
  { sentence, quotations }: DraftSentence,
  language: Language,
): Finding {
  const finding = findingOf(whole)
  const [first] = whole
  const [nearest, ...others] = quoted
  if (!first || !nearest || finding.verdict === 'quoted') return finding
  const around = spansAround(sentence, quotations)
  const isOwn = (word: Span) => around.some((span) => isIn(span)(word))
  const isShared = first.alignment.steps.some(
    ({ kind, source, draft }) =>
      kind === 'same' &&
      draft.some(isOwn) &&
      source.some(({ key }) => !language.stopWords.has(key)),
  )
  if (isShared) return finding
  const changes = around.flatMap(({ isBetween, ...span }) =>
    sentence.words.filter(
      (word) =>
        isIn(span)(word) && (language.negates(word.key) || (isBetween && isFigure(word, language))),
    ),
  )
  if (changes.length === 0) return findingOf(quoted)
  const added = Array.from(changes, (word) => differenceOf([word], []))
  const differences = [...nearest.differences, ...added].toSorted(inOrder)
  return findingOf([{ ...nearest, differences }, ...others])
}

function inOrder(a: Difference, b: Difference): number {
  return (a.draft?.start ?? 0) - (b.draft?.start ?? 0)
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
