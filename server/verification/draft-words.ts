import type { Span } from '../../index/span.ts'
import { type Word, wordsIn } from './words.ts'

/** A word of a draft. */
export interface WrittenWord extends Word {
  /** What brackets around a part of the word leave of the source's word: "[T]he" is any letters and "he". */
  readonly kept?: { readonly before: string; readonly after: string }
}

/** What stands in a draft in place of words of its source: an ellipsis for words left out, words in brackets for others. */
export interface Stand extends Span {
  readonly stands: 'ellipsis' | 'brackets'
  /** The words in the brackets; none of an ellipsis. */
  readonly words: readonly Word[]
}

export type DraftWord = WrittenWord | Stand

export function isStand(word: DraftWord): word is Stand {
  return 'stands' in word
}

/** Whether a word of a draft is a word of its source, but for case, typography and what brackets change. */
export function isSameWord({ key, kept }: WrittenWord, source: Word): boolean {
  if (key === source.key) return true
  if (!kept) return false
  const { before, after } = kept
  return (
    source.key.length > before.length + after.length &&
    source.key.startsWith(before) &&
    source.key.endsWith(after)
  )
}

const ELLIPSIS = /[[(]\s*(?:…|\.\s?\.\s?\.)\s*[\])]|…|\.\s?\.\s?\.(?:\s?\.)?/g
/** What an editor says of the source: it changes nothing. */
const REMARK = /[[(]\s*sic[!.]?\s*[\])]/giu
/** Letters of a word that an editor changed: "[T]he", "argue[d]". */
const CHANGED_LETTERS = /\[(\p{L}{1,3})\](\p{L}+)|(\p{L}+)\[(\p{L}{1,3})\]/gu
/** Words of an editor; neither the mark of a note nor the text of a link. */
const BRACKETS = /\[(?![\d\s,–-]*\])[^[\]]{1,200}\](?!\()/g

/**
 * The words of a span of a draft, as writers quote: an ellipsis stands for what they left out, brackets for what they replaced,
 * and "[sic]" for nothing.
 */
export function draftWordsIn(text: string, { start, end }: Span): DraftWord[] {
  const readable = text.slice(start, end).replace(REMARK, (remark) => ' '.repeat(remark.length))
  const taken: DraftWord[] = []
  for (const found of [
    ...wordsWithBrackets(readable),
    ...standsIn(readable, ELLIPSIS, 'ellipsis'),
    ...standsIn(readable, BRACKETS, 'brackets'),
  ]) {
    const isTaken = taken.some((other) => found.start < other.end && other.start < found.end)
    if (!isTaken) taken.push(found)
  }
  const words: DraftWord[] = []
  let at = 0
  for (const found of taken.toSorted((a, b) => a.start - b.start)) {
    words.push(...wordsIn(readable, { start: at, end: found.start }), found)
    at = found.end
  }
  words.push(...wordsIn(readable, { start: at, end: readable.length }))
  return words.map((word) => moved(word, start))
}

function wordsWithBrackets(text: string): WrittenWord[] {
  return Array.from(text.matchAll(CHANGED_LETTERS), ({ index, 0: found, ...groups }) => {
    const { 1: first = '', 2: after = '', 3: before = '', 4: last = '' } = groups
    const lower = { before: before.toLowerCase(), after: after.toLowerCase() }
    const key = (first + after + before + last).toLowerCase()
    const span = { start: index, end: index + found.length }
    return { ...span, key, joins: false, isOptional: false, kept: lower }
  })
}

function standsIn(text: string, pattern: RegExp, stands: Stand['stands']): Stand[] {
  return Array.from(text.matchAll(pattern), ({ index, 0: found }) => {
    const span = { start: index, end: index + found.length }
    return { ...span, stands, words: stands === 'ellipsis' ? [] : wordsIn(text, span) }
  })
}

function moved<T extends DraftWord>(word: T, by: number): T {
  return { ...word, start: word.start + by, end: word.end + by }
}
