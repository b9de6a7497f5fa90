import { foldedCompounds, foldedWords } from './folding.ts'
import type { Language, Stem } from './language.ts'

const WRITTEN_WORD = /[\p{L}\p{N}][\p{L}\p{N}'’-]*/gu

/** The folded words of a text, in order. */
export function wordsOf(text: string, language: Language): string[] {
  return foldedWords(language.fold(text))
}

/** The stems that are indexed of a text: one for every word, in order, then one for every hyphenated word written as one. */
export function stemsOf(text: string, language: Language): Stem[] {
  return wordsAndCompounds(text, language).map(language.stem)
}

/** Gives {@link stemsOf} as sets, and remembers them by text. */
export function stemSets(language: Language): (text: string) => ReadonlySet<Stem> {
  const byText = new Map<string, ReadonlySet<Stem>>()
  return (text) => {
    const stems = byText.get(text) ?? new Set(stemsOf(text, language))
    byText.set(text, stems)
    return stems
  }
}

/**
 * The stems to search for, one for each different word: a stem that two words share stands there twice, and counts twice.
 * Stop words are left out, unless there are no other words.
 */
export function searchStems(question: string, language: Language): Stem[] {
  const words = new Set(wordsAndCompounds(question, language))
  return without(language.stopWords, [...words]).map(language.stem)
}

/** The different stems of all words but stop words; none where there are no other words. */
export function contentStems(text: string, language: Language): Stem[] {
  const words = wordsOf(text, language).filter((word) => !language.stopWords.has(word))
  return [...new Set(words.map(language.stem))]
}

/** The different stems that say what a question is about. */
export function topicStems(question: string, language: Language): Stem[] {
  const stems = without(language.stopWords, wordsOf(question, language)).map(language.stem)
  return without(language.fillerStems, [...new Set(stems)])
}

/**
 * The stems of a question's names and numbers: words with a capital that do not begin it, and those with a
 * digit. Where every word has a capital, capitals tell nothing, so there are no names.
 */
export function nameStems(question: string, language: Language): Stem[] {
  const [first = '', ...others] = question.match(WRITTEN_WORD) ?? []
  const isMarked = others.some((word) => /^\p{Ll}/u.test(word))
  const names = isMarked ? others.filter((word) => /^\p{Lu}/u.test(word)) : []
  const numbers = [first, ...others].filter((word) => /^\p{N}/u.test(word))
  return topicStems([...names, ...numbers].join(' '), language)
}

function wordsAndCompounds(text: string, language: Language): string[] {
  const folded = language.fold(text)
  return [...foldedWords(folded), ...foldedCompounds(folded)]
}

/** The others, or all of them where there are no others. */
function without<T extends string>(dropped: ReadonlySet<T>, all: readonly T[]): T[] {
  const kept = all.filter((word) => !dropped.has(word))
  return kept.length > 0 ? kept : [...all]
}
