import type { Span } from '../../index/span.ts'
import { type Word, wordsIn } from './words.ts'

/** A word of a draft. */
export interface WrittenWord extends Word {
  /** What brackets around a part of the word leave of the source's word: "[T]he" is any letters and "he". */
  readonly kept?: { readonly before: string; readonly after: string }
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

/** Whether a word of a draft is a word of its source, apart from case, typography and the letters that brackets replace. */
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
/** An editor's remark on the source, which replaces nothing. */
const REMARK = /[[(]\s*sic[!.]?\s*[\])]/giu
/** Letters of a word that an editor changed: "[T]he", "argue[d]". */
const CHANGED_LETTERS = /\[(\p{L}{1,3})\](\p{L}+)|(\p{L}+)\[(\p{L}{1,3})\]/gu
/** Words of an editor, but not a note mark and not the text of a link. */
const BRACKETS = /\[(?![\d\s,–-]*\])[^[\]]{1,200}\](?!\()/g

/**
 * The words of a span of a draft, read with the marks that writers use in quotations: an ellipsis replaces what they left out,
 * brackets replace what they changed, and "[sic]" is ignored. Offsets count in `text`.
 */
export function draftWordsIn(text: string, { start, end }: Span): DraftWord[] {
  const readable = text.slice(start, end).replace(REMARK, (remark) => ' '.repeat(remark.length))
  const taken: DraftWord[] = []
  for (const found of [
    ...wordsWithBrackets(readable),
    ...placeholdersIn(readable, ELLIPSIS, 'ellipsis'),
    ...placeholdersIn(readable, BRACKETS, 'brackets'),
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
    const written = first + after + before + last
    const key = written.toLowerCase()
    const isCapital = /^\p{Lu}/u.test(written)
    const span = { start: index, end: index + found.length }
    return { ...span, key, isCapital, joins: false, isOptional: false, kept: lower }
  })
}

function placeholdersIn(text: string, pattern: RegExp, form: Placeholder['form']): Placeholder[] {
  return Array.from(text.matchAll(pattern), ({ index, 0: found }) => {
    const span = { start: index, end: index + found.length }
    return { ...span, form, words: form === 'ellipsis' ? [] : wordsIn(text, span) }
  })
}

function moved<T extends DraftWord>(word: T, by: number): T {
  return { ...word, start: word.start + by, end: word.end + by }
}
