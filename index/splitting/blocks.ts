import type { TextBlock } from '../documents/extractors/extractor.ts'
import type { Language } from '../language/language.ts'

const ENDS_A_SENTENCE = /[.!?:;…。！？]["'”’»)\]*_]*$/u
const STARTS_IN_LOWER_CASE = /^\p{Ll}/u

// Long enough for any ending or beginning, short enough to keep a 1 MB block cheap.
const LOOK_CHARACTERS = 40

/**
 * Whether a blank line tore a sentence apart, as page breaks and bad conversions do: "In early July, a", blank line,
 * "commentator … was murdered in Baghdad."
 */
export function sentenceRunsOn(
  text: string,
  before: TextBlock,
  after: TextBlock,
  language: Language,
): boolean {
  if (!before.mayRunOn || !after.mayRunOn) return false
  const ending = text.slice(Math.max(before.start, before.end - LOOK_CHARACTERS), before.end)
  const beginning = text.slice(after.start, Math.min(after.end, after.start + LOOK_CHARACTERS))
  if (ENDS_A_SENTENCE.test(ending)) return false
  return STARTS_IN_LOWER_CASE.test(beginning) || language.endsMidSentence(ending)
}
