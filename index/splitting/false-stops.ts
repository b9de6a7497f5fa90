import type { Abbreviations } from '../language/language.ts'

/*
 * `Intl.Segmenter` follows Unicode's sentence rules, which know no abbreviations: a full stop, a space and a capital or
 * a digit are always a boundary to it.
 */

const LAST_TOKEN = /(?:^|[\s([{“‘"'«/–—-])([\p{L}\p{N}][\p{L}\p{N}.]*)\.$/u
const NEXT_WORD = /^[("'“‘«[]*([\p{L}\p{M}’']+)/u
const STARTS_WITH_NUMBER = /^[("'“‘«[#]*(?:\p{N}|[IVXLCDM]+\b)/u
const ENUMERATOR = /^\s*[([]?(?:\p{N}{1,3}|\p{L}|[ivxlc]{1,5}|[IVXLC]{1,5})[.)]$/u
const SPEECH_GOES_ON = /[?!…]["'”’»)\]]+$/u

/**
 * Whether a boundary that Unicode's rules give does not end a sentence. `before` is the sentence so far, or its last few
 * dozen code units, without white space at its end; `after` is what follows, without white space at its start.
 */
export function isFalseStop(before: string, after: string, abbreviations: Abbreviations): boolean {
  if (ENUMERATOR.test(before)) return true
  if (SPEECH_GOES_ON.test(before)) return /^\p{Ll}/u.test(after)
  const token = LAST_TOKEN.exec(before)?.[1]
  if (token === undefined) return false
  const word = token.toLowerCase()
  if (abbreviations.beforeName.has(word)) return true
  const isInitial = /^\p{Lu}$/u.test(token) && !abbreviations.letterWords.has(token)
  if (isInitial || isAcronym(token) || abbreviations.anywhere.has(word)) {
    return !startsSentence(after, abbreviations.sentenceStarters)
  }
  return abbreviations.beforeNumber.has(word) && STARTS_WITH_NUMBER.test(after)
}

function startsSentence(after: string, starters: ReadonlySet<string>): boolean {
  // "J. A. Smith": a lone capital is an initial, even where it is a word elsewhere.
  if (/^\p{Lu}\./u.test(after) || /^\p{N}/u.test(after)) return false
  const next = NEXT_WORD.exec(after)?.[1]
  return next === undefined || starters.has(next.toLowerCase())
}

/** "U.S", "a.m", "Ph.D", without the last stop. */
function isAcronym(token: string): boolean {
  return /^\p{L}{1,2}(?:\.\p{L}{1,2})+$/u.test(token)
}
