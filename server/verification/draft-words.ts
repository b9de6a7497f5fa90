import type { Span } from '../../index/span.ts'
import { keyOf, type Word, wordsIn } from './words.ts'

/** A word of a draft. */
export interface WrittenWord extends Word {
  /** What an editor kept of a word whose ending stands in brackets: "argue" in "argue[d]". */
  readonly kept?: string
}

/** What replaces words of the source in a draft: an ellipsis those left out, brackets those that an editor changed. */
export interface Placeholder extends Span {
  readonly form: 'ellipsis' | 'brackets'
  /** The words in the brackets; an ellipsis has none. */
  readonly words: readonly Word[]
}

/** A word of a draft, or what replaces words of the source. */
export type DraftWord = WrittenWord | Placeholder

/** Whether it replaces words of the source. */
export function isPlaceholder(word: DraftWord): word is Placeholder {
  return 'form' in word
}

/** Whether a word of a draft is a word of its source, apart from case, typography and an ending in brackets. */
export function isSameWord({ key, kept }: WrittenWord, source: Word): boolean {
  if (key === source.key) return true
  if (kept === undefined || !source.key.startsWith(kept)) return false
  return source.key.length - kept.length <= MAX_ENDING_LETTERS
}

const ELLIPSIS = /[[(]\s*(?:…|\.\s?\.\s?\.)\s*[\])]|…|\.\s?\.\s?\.(?:\s?\.)?|\*\s\*\s\*/g
/** An editor's remark on the source, which replaces nothing. */
const REMARK = /[[(]\s*sic[!.]?\s*[\])]/giu
/** A word of which an editor changed a part: "[T]he", "argue[d]". */
const CHANGED_WORD =
  /(?<before>[\p{L}\p{M}'’]+)\[(?<ending>[\p{L}'’]{1,12})\](?<after>[\p{L}\p{M}'’]*)|\[[\p{L}'’]{1,12}\][\p{L}\p{M}'’]+/gu
/** The most letters of an ending: "argu[ing]" for "argues". */
const MAX_ENDING_LETTERS = 3
/** Words of an editor, but not a note mark and not the text of a link. */
const BRACKETS = /\[(?![\d\s,–-]*\])[^[\]]{1,200}\](?!\()/g

/** A part of a draft that an editor marked, and what it stands for. */
interface Marked extends Span {
  readonly words: readonly DraftWord[]
}

/**
 * The words of a span of a draft, read with the marks that writers use in quotations: an ellipsis replaces what they left out,
 * brackets replace what they changed, and "[sic]" is ignored. Offsets count in `text`.
 */
export function draftWordsIn(text: string, span: Span): DraftWord[] {
  const marked: Marked[] = []
  for (const found of [
    ...markedIn(text, span, REMARK, () => []),
    ...markedIn(text, span, CHANGED_WORD, changedWord),
    ...markedIn(text, span, ELLIPSIS, (at) => [{ ...at, form: 'ellipsis', words: [] }]),
    ...markedIn(text, span, BRACKETS, (at) => [
      { ...at, form: 'brackets', words: wordsIn(text, at) },
    ]),
  ]) {
    const isTaken = marked.some((other) => found.start < other.end && other.start < found.end)
    if (!isTaken) marked.push(found)
  }
  const words: DraftWord[] = []
  let at = span.start
  for (const found of marked.toSorted((a, b) => a.start - b.start)) {
    words.push(...wordsIn(text, { start: at, end: found.start }), ...found.words)
    at = found.end
  }
  return [...words, ...wordsIn(text, { start: at, end: span.end })]
}

function markedIn(
  text: string,
  span: Span,
  pattern: RegExp,
  wordsOf: (at: Span, match: RegExpExecArray) => readonly DraftWord[],
): Marked[] {
  return Array.from(text.slice(span.start, span.end).matchAll(pattern), (match) => {
    const start = span.start + match.index
    const at = { start, end: start + match[0].length }
    return { ...at, words: wordsOf(at, match) }
  })
}

/** A word with a part in brackets. */
function changedWord(at: Span, { 0: found, groups = {} }: RegExpExecArray): WrittenWord[] {
  const { before, ending = '', after } = groups
  const written = found.replace(/[[\]]/g, '')
  const word = {
    ...at,
    key: keyOf(written),
    isCapital: /^\p{Lu}/u.test(written),
    joins: false,
    isOptional: false,
    isBesideDigit: false,
  }
  const isEnding = before !== undefined && after === '' && ending.length <= MAX_ENDING_LETTERS
  return [isEnding ? { ...word, kept: keyOf(before) } : word]
}
