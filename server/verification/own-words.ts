import type { Language } from '../../index/language/language.ts'
import type { Span } from '../../index/span.ts'
import type { StoredPassage } from '../../index/storage/storage.ts'
import type { SourceWord } from './align.ts'
import { type Difference, differenceOf } from './differences.ts'
import { isFigure, isName, negationsIn } from './word-kinds.ts'
import type { Word } from './words.ts'

/** The writer's own words around the quotations of a sentence. */
export interface OwnWords {
  /** Before the first quotation, and after the last one. */
  readonly outside: readonly [before: readonly Word[], after: readonly Word[]]
  /** Between two quotations. */
  readonly between: readonly Word[]
  /** Those right beside a quotation, with nothing but its mark between. */
  readonly beside: readonly Word[]
}

/** The own words around quotations in a sentence. Those in parentheses only say where the quotations are from. */
export function ownWordsIn(
  { text, start: from, words }: OwnSentence,
  quotations: readonly Span[],
): OwnWords {
  const remarks = Array.from(text.matchAll(/\([^()]*\)|\[[^[\]]*\]/g), ({ index, 0: remark }) => {
    return { start: from + index, end: from + index + remark.length }
  })
  const isOutside = ({ start, end }: Word) =>
    ![...quotations, ...remarks].some((span) => span.start <= start && end <= span.end)
  const own = words.filter(isOutside)
  const [first, last] = [quotations[0]?.start ?? 0, quotations.at(-1)?.end ?? 0]
  const between = own.filter(({ start, end }) => start >= first && end <= last)
  const isBeside = ({ start, end }: Word) =>
    quotations.some((quotation) => {
      const gap = start >= quotation.end ? [quotation.end, start] : [end, quotation.start]
      return /^[\s\p{Pi}\p{Pf}"']*$/u.test(text.slice((gap[0] ?? 0) - from, (gap[1] ?? 0) - from))
    })
  return {
    outside: [own.filter(({ end }) => end <= first), own.filter(({ start }) => start >= last)],
    between,
    beside: between.filter(isBeside),
  }
}

/** A sentence with its words. */
interface OwnSentence extends Span {
  readonly text: string
  readonly words: readonly Word[]
}

/** Whether a draft leaves out what the source says between two pieces of speech: its writer says it in other words. */
export function isAttribution(
  { kind, source }: Difference,
  { text, start }: StoredPassage,
): boolean {
  if (kind !== 'left-out' || source === null) return false
  const before = text.slice(0, source.start - start)
  const after = text.slice(source.end - start)
  return /[,.!?…]["”»]\s*$/u.test(before) && /^[,.:]?\s*["“„«]/u.test(after)
}

/**
 * The differences between the writer's own words and what they stand for: the words of the source near the quotations. They must have
 * as many negations. Numbers and dates must not replace others, and none may stand right beside a quotation, between two. A name right
 * beside a quotation must not replace another one.
 */
export function ownDifferences(
  { outside, between, beside }: OwnWords,
  near: readonly (readonly SourceWord[])[],
  language: Language,
): Difference[] {
  const own = [...outside[0], ...between, ...outside[1]]
  const source = near.flat()
  const [given, lost] = [negationsIn(own, language), negationsIn(source, language)]
  const negates = ({ key }: Word) => language.negates(key)
  const negations =
    given > lost
      ? [differenceOf(own.filter(negates).slice(0, 1), [])]
      : given < lost
        ? [differenceOf([], source.filter(negates).slice(0, 1))]
        : []
  return [
    ...negations,
    ...otherFigures(outside.flat(), source, language),
    ...Array.from(
      beside.filter((word) => isFigure(word, language)),
      (word) => differenceOf([word], []),
    ),
    ...otherName(outside[0].at(-1), near[0]?.at(-1), language),
    ...otherName(outside[1][0], near[1]?.[0], language),
  ]
}

function otherFigures(
  own: readonly Word[],
  source: readonly SourceWord[],
  language: Language,
): Difference[] {
  const figures = source.filter((word) => isFigure(word, language))
  if (figures.length === 0) return []
  const keys = new Set(figures.map(({ key }) => key))
  const others = own.filter((word) => isFigure(word, language) && !keys.has(word.key))
  return Array.from(others, (word) => differenceOf([word], figures))
}

function otherName(
  own: Word | undefined,
  source: SourceWord | undefined,
  language: Language,
): Difference[] {
  if (!own || !source || own.key === source.key) return []
  return isName(own, language) && isName(source, language) ? [differenceOf([own], [source])] : []
}
