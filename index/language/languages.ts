import { english } from './en.ts'
import type { Language } from './language.ts'
import { plainLanguage } from './plain.ts'
import { wordsOf } from './stems.ts'

/** Must be raised whenever the stems or the sentences of a language change. Existing indexes are then stale. */
export const LANGUAGE_VERSION = 1

/** The language of documents that do not say which they are in. */
export const DEFAULT_LANGUAGE = 'en'

const LANGUAGES: readonly Language[] = [english]

/** By the tags that were asked for, and by the primary parts of these. */
const known = new Map(LANGUAGES.map((language) => [language.tag, language]))

/** The language that a BCP 47 tag ("en-GB") names; one that only knows its tag where Footnote has no rules for it. */
export function languageOf(tag: string): Language {
  const language = known.get(tag) ?? languageOfPrimary(new Intl.Locale(tag).language)
  known.set(tag, language)
  return language
}

function languageOfPrimary(primary: string): Language {
  const language = known.get(primary) ?? plainLanguage(primary, english)
  known.set(primary, language)
  return language
}

/**
 * Chooses the language of a question from the languages of the searched documents (`tags`, the most frequent first): the
 * one with the most stop words in the question. If several have as many, the most frequent of them.
 */
export function languageOfQuestion(question: string, tags: readonly string[]): Language {
  const [first = languageOf(DEFAULT_LANGUAGE), ...others] = new Set(tags.map(languageOf))
  const stopWordsOf = (language: Language) =>
    wordsOf(question, language).filter((word) => language.stopWords.has(word)).length
  return others.reduce(
    (best, other) => (stopWordsOf(other) > stopWordsOf(best) ? other : best),
    first,
  )
}
