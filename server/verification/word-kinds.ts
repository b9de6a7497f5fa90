import type { Language } from '../../index/language/language.ts'
import type { Word } from './words.ts'

const IS_LETTER = /^\p{L}/u

/** How many of the words are negations. */
export function negationsIn(words: readonly Word[], language: Language): number {
  return words.filter(({ key }) => language.negates(key)).length
}

/** Whether a word is a number in digits or a sign. */
export function isDigitsOrSign({ key }: Word): boolean {
  return !IS_LETTER.test(key)
}

/** Whether a word is a number or a sign. */
export function isAmount(word: Word, language: Language): boolean {
  return isDigitsOrSign(word) || language.namesNumber(word.key)
}

/** Whether two neighbours are parts of one number: "5" and "million", "$" and "5", "5" and "bn" in "5bn". */
export function isOneNumber(left: Word, right: Word, language: Language): boolean {
  if ([left, right].every((word) => isAmount(word, language))) return true
  return left.end === right.start && [left, right].some(isDigitsOrSign)
}

/** Whether a word is a number, a sign, a date or a unit of time. */
export function isFigure(word: Word, language: Language): boolean {
  const { key, isCapital } = word
  const written = isCapital ? key.charAt(0).toUpperCase() + key.slice(1) : key
  return isAmount(word, language) || language.namesDate(written) || isNumeral(word)
}

/** Whether a word is a Roman numeral. "I" is a pronoun far more often. */
function isNumeral({ key, isCapital }: Word): boolean {
  return isCapital && key !== 'i' && isRoman(key)
}

/** Whether a word is a letter or a numeral that tells one of several from the others, as in "Group B" and "Part I". */
export function isLabel({ key, isCapital }: Word): boolean {
  return isCapital && (key.length === 1 || isRoman(key))
}

function isRoman(key: string): boolean {
  return /^m{0,3}(?:cm|cd|d?c{0,3})(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})$/.test(key)
}

/** Whether a word is a name, as far as its capital letter says so. */
export function isName({ key, isCapital }: Word, language: Language): boolean {
  return isCapital && !language.stopWords.has(key)
}
