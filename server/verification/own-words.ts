import type { Language } from '../../index/language/language.ts'
import type { Span } from '../../index/span.ts'
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
}

/** The own words around quotations, from the words of a sentence. */
export function ownWordsIn(words: readonly Word[], quotations: readonly Span[]): OwnWords {
  const [from, to] = [quotations[0]?.start ?? 0, quotations.at(-1)?.end ?? 0]
  const isQuoted = ({ start, end }: Word) =>
    quotations.some((quotation) => quotation.start <= start && end <= quotation.end)
  return {
    outside: [words.filter(({ end }) => end <= from), words.filter(({ start }) => start >= to)],
    between: words.filter((word) => word.start >= from && word.end <= to && !isQuoted(word)),
  }
}

/**
 * The differences between the writer's own words and what they stand for: the words of the source near the quotations. They must have
 * as many negations. Numbers and dates must not replace others, and none may stand between two quotations. A name right beside
 * a quotation must not replace another one.
 */
export function ownDifferences(
  { outside, between }: OwnWords,
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
      between.filter((word) => isFigure(word, language)),
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
