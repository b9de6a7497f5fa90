import type { Language } from '../../index/language/language.ts'
import type { SourceWord } from './align.ts'
import type { Placeholder } from './draft-words.ts'
import {
  isDigitsOrSign,
  isFigure,
  isLabel,
  isName,
  isOneNumber,
  negationsIn,
} from './word-kinds.ts'
import type { Word } from './words.ts'

/** An ellipsis or brackets of a draft, and what these replace. */
export interface Replacement {
  readonly placeholder: Placeholder
  /** The words of the source that are replaced. */
  readonly source: readonly SourceWord[]
  /** The word of the source before and after them that the draft keeps. */
  readonly neighbours: readonly (SourceWord | undefined)[]
}

/** Whether an ellipsis or brackets may change what the source says. */
export function isMisleading(replacement: Replacement, language: Language): boolean {
  return replacement.placeholder.form === 'ellipsis'
    ? hidesBehindEllipsis(replacement, language)
    : changesInBrackets(replacement, language)
}

/**
 * Whether an ellipsis takes a negation from a sentence of which a part is shown, or a part of a number that stands beside it. A
 * negation of a sentence of which nothing is shown does not matter.
 */
function hidesBehindEllipsis({ source, neighbours }: Replacement, language: Language): boolean {
  const lost = sentencesOf(source).filter((part) => !isWhole(part))
  if (negationsIn(lost.flat(), language) > 0) return true
  const pairs = [
    [neighbours[0], source[0]],
    [source.at(-1), neighbours[1]],
  ]
  return pairs.some(([left, right]) => left && right && isOneNumber(left, right, language))
}

function sentencesOf(words: readonly SourceWord[]): SourceWord[][] {
  const sentences: SourceWord[][] = []
  for (const word of words) {
    if (sentences.length === 0 || word.beginsSentence) sentences.push([])
    sentences.at(-1)?.push(word)
  }
  return sentences
}

function isWhole(words: readonly SourceWord[]): boolean {
  return words[0]?.beginsSentence === true && words.some(({ endsSentence }) => endsSentence)
}

/**
 * Whether brackets hide or bring in a negation, or bring in what nobody can check: a number, a date or a sign, other names, a name in
 * place of nothing, another label ("[B]" for "A"), or other words beside digits ("5 [million]").
 */
function changesInBrackets(
  { placeholder: { words }, source, neighbours }: Replacement,
  language: Language,
): boolean {
  if (negationsIn(source, language) !== negationsIn(words, language)) return true
  const given = without(words, source)
  const lost = without(source, words)
  if ([...given, ...lost].some((word) => isFigure(word, language))) return true
  // "[President]" for "vice president" keeps a part, and no other word stands for the rest.
  const isPart = given.length === 0 && words.length > 0
  if (isPart && lost.some(({ key }) => !language.stopWords.has(key))) return true
  if (given.some(isLabel) && source.some(isLabel)) return true
  const names = source.filter((word) => isName(word, language))
  const isBesideDigits = neighbours.some((word) => word && isDigitsOrSign(word))
  if (isBesideDigits && given.length > 0 && names.length === 0) return true
  const givenNames = words.filter((word) => isName(word, language))
  if (givenNames.length === 0) return false
  if (names.length === 0) return source.length === 0
  return without(givenNames, names).length > 0 || without(names, givenNames).length > 0
}

function without<T extends Word>(words: readonly T[], others: readonly Word[]): T[] {
  const keys = new Set(others.map(({ key }) => key))
  return words.filter(({ key }) => !keys.has(key))
}
