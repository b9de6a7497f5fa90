import type { Language, Stem } from '../../index/language/language.ts'
import { wordsOf } from '../../index/language/stems.ts'
import type { Span } from '../../index/span.ts'

/** A word of a text that carries meaning, as it is written there. Its span is in the text. */
export interface Token extends Span {
  readonly text: string
  /** Mostly one; several for a hyphenated word. */
  readonly stems: readonly Stem[]
  /** Whether it has a capital although it opens no sentence. */
  readonly isName: boolean
}

const WRITTEN_WORD = /[\p{L}\p{N}](?:[\p{L}\p{N}'’.&-]*[\p{L}\p{N}])?/gu
const POSSESSIVE = /['’]s?$/u
/** "Baghdad", "al-Kadhimi". */
const CAPITALISED = /^(?:\p{Ll}{1,3}[-'’])?\p{Lu}/u
/** The end of the text before a word that opens a sentence, or stands after an opening quotation mark or bracket. */
const SENTENCE_OPENING = /(?:[.!?:;…]["”’)\]]*\s+|["“„«([]\s*)$/u
/** So much of the text before a word shows whether the word opens a sentence. */
const LOOK_BACK_LENGTH = 12

/** The words of a text that are not stop words, in order. */
export function tokensOf(text: string, language: Language): Token[] {
  return [...text.matchAll(WRITTEN_WORD)].flatMap(({ 0: word, index }) => {
    const stems = wordsOf(word, language)
      .filter((part) => !language.stopWords.has(part))
      .map(language.stem)
    if (stems.length === 0) return []
    const written = word.replace(POSSESSIVE, '')
    const opensSentence =
      index === 0 || SENTENCE_OPENING.test(text.slice(Math.max(0, index - LOOK_BACK_LENGTH), index))
    return {
      text: written,
      start: index,
      end: index + written.length,
      stems,
      isName: CAPITALISED.test(written) && !opensSentence,
    }
  })
}
