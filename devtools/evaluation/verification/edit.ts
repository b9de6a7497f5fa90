import { english } from '../../../index/language/en.ts'
import type { Choose } from './alter.ts'

/** A sentence that was quoted with the marks of an editor. */
export interface Edit {
  readonly draft: string
  /** Whether the marks hide a negation. */
  readonly hidesNegation: boolean
}

/** What replaces a run of words: an ellipsis, brackets, or the words of a writer between two quotations. */
const REPLACEMENTS = [' … ', ' [...] ', ' [it is] '] as const
const OWN_WORDS = '” – that is how they put it – “'

/** The most words that are replaced, and the fewest that stay before and after them. */
const MAX_REPLACED_WORDS = 5
const MIN_KEPT_WORDS = 3

/**
 * Replaces a run of words of a sentence as an editor does, with one of its negations if it has any. Null where the sentence is too
 * short or has quotations, and beside numbers, where brackets are always a difference. Own words replace only a negation.
 */
export function edit(sentence: string, choose: Choose): Edit | null {
  if (/["“”„«»]/u.test(sentence)) return null
  const words = sentence.split(' ')
  const room = words.length - 2 * MIN_KEPT_WORDS
  if (room < 1) return null
  const negations = words.flatMap((word, at) => (isNegation(word) ? [at] : []))
  const from = negations[choose(Math.max(1, negations.length))] ?? MIN_KEPT_WORDS + choose(room)
  const replacement = REPLACEMENTS[choose(REPLACEMENTS.length + 1)]
  const length = replacement ? 1 + choose(MAX_REPLACED_WORDS) : Math.min(1, negations.length)
  const before = words.slice(0, from)
  const replaced = words.slice(from, from + length)
  const after = words.slice(from + length)
  if (before.length < MIN_KEPT_WORDS || after.length < MIN_KEPT_WORDS) return null
  if (/\p{N}/u.test([before.at(-1), ...replaced, after[0]].join(' '))) return null
  const draft = before.join(' ') + (replacement ?? OWN_WORDS) + after.join(' ')
  return {
    draft: replacement ? draft : `“${draft}”`,
    hidesNegation: replaced.some(isNegation),
  }
}

function isNegation(word: string): boolean {
  return english.negates(word.replace(/^\P{L}+|\P{L}+$/gu, ''))
}
