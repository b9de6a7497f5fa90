import type { Language } from '../language/language.ts'
import { isFalseStop } from './false-stops.ts'
import { type Span, trimSpan } from '../span.ts'

/**
 * The longest sentence, in UTF-16 code units. A longer one is cut at a space. The embedding model reads 512 tokens, about
 * 2,000 characters of English, so the rest of a longer sentence could never be found.
 */
export const MAX_SENTENCE_LENGTH = 2000

// How many characters before and after a boundary are looked at.
const LOOK_BACK_LENGTH = 40
const LOOK_AHEAD_LENGTH = 40

// The time of Intl.Segmenter grows with the square of the text: 95 s for 1 MB, 0.1 s for the same text in windows.
const SEGMENTER_WINDOW_LENGTH = 2 * MAX_SENTENCE_LENGTH

const LINE_BREAK = /\r\n|\r|\n/
const NEW_ITEM = /^[ \t]*(?:[-*•·–—▪◦‣+|]\s|[([]?[a-zA-Z][.)]\s)/
const NUMBERED_ITEM = /^[ \t]*[([]?(\d{1,3})[.)]\s/
// "… in 1990.[3] The next", "… in 1990.³ The next": the reference belongs to the sentence before it.
const REFERENCE_MARKS =
  /(?<=[.!?])["'”’)]*(?:(?:\[[\p{L}\p{N} ,–-]{1,24}\])+|[⁰¹²³⁴-⁹]+)\s+(?=["'“‘(]?\p{Lu})/gu
// A closing quotation mark or bracket after a space: it belongs to the sentence before it.
const STRAY_CLOSING = /^(?:["'”’»)\]]+(?=\s|$)\s*)/
const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u

const ENDS_AS_QUESTION = /[?？؟⸮⁇⁈⁉]['"’”»)\]]*$/u

/** Whether a sentence asks something. */
export function asksSomething(sentence: string): boolean {
  return ENDS_AS_QUESTION.test(sentence)
}

export interface SentenceOptions {
  readonly language: Language
  /** `lines`: every line is a sentence of its own. `whole`: all of it is one, such as a row of a table. */
  readonly kind: 'prose' | 'lines' | 'whole'
}

/** The sentences of `text` inside `span`, in order. Each has a letter or a digit, and no white space at its ends. */
export function splitSentences(text: string, span: Span, options: SentenceOptions): Span[] {
  const flat = unwrap(text.slice(span.start, span.end), options.kind)
  const bounds = options.kind === 'whole' ? [0] : boundaries(flat, options.language)
  const sentences: Span[] = []
  for (const [i, start] of bounds.entries()) {
    const end = bounds[i + 1] ?? flat.length
    for (const piece of cutLong(flat, trimSpan(flat, { start, end }))) {
      if (LETTER_OR_DIGIT.test(flat.slice(piece.start, piece.end))) {
        sentences.push({ start: span.start + piece.start, end: span.start + piece.end })
      }
    }
  }
  return sentences
}

/**
 * Replaces the line breaks that only wrap the text by as many spaces, because the segmenter ends a sentence at every line
 * break. A line break stays if the next line is a list item, or if its first word would have fitted on the line before:
 * then it starts something new.
 */
function unwrap(text: string, kind: SentenceOptions['kind']): string {
  if (kind !== 'prose' || !LINE_BREAK.test(text)) return text
  const lines = text.split(/(\r\n|\r|\n)/)
  let width = 0
  for (let i = 0; i < lines.length; i += 2) width = Math.max(width, lines[i]?.length ?? 0)
  let flat = lines[0] ?? ''
  let number = itemNumber(flat)
  for (let i = 2; i < lines.length; i += 2) {
    const before = lines[i - 2] ?? ''
    const separator = lines[i - 1] ?? ''
    const line = lines[i] ?? ''
    // After "CO" and a line break, "2. This" is no list item: a number begins an item only if it is the next in order.
    const isNextItem = itemNumber(line) === number + 1
    if (isNextItem) number += 1
    const breaks = isNextItem || startsAnew(before, line, width)
    flat += (breaks ? separator : ' '.repeat(separator.length)) + line
  }
  return flat
}

/** The number of a list item; 0 where the line is no numbered item. */
function itemNumber(line: string): number {
  return Number(NUMBERED_ITEM.exec(line)?.[1] ?? 0)
}

function startsAnew(before: string, line: string, width: number): boolean {
  if (NEW_ITEM.test(line)) return true
  // A blank line inside a block stands in a broken sentence, which was joined on purpose.
  if (before.trim() === '' || line.trim() === '') return false
  const firstWord = /\S+/.exec(line)?.[0] ?? ''
  return before.length + 1 + firstWord.length <= width && /^\s*["“'(]?\p{Lu}/u.test(line)
}

/** Where sentences start, ascending; the first is 0. */
function boundaries(flat: string, language: Language): number[] {
  const found = new Set(unicodeBoundaries(flat, language.tag))
  for (const { index, 0: mark } of flat.matchAll(REFERENCE_MARKS)) {
    for (let inside = index; inside < index + mark.length; inside += 1) found.delete(inside)
    found.add(index + mark.length)
  }

  const kept = [0]
  for (const boundary of [...found].toSorted((a, b) => a - b)) {
    const start = kept.at(-1) ?? 0
    const moved = boundary + strayClosing(flat, boundary)
    if (moved <= start || moved >= flat.length) continue
    const before = flat.slice(Math.max(start, moved - LOOK_BACK_LENGTH), moved).trimEnd()
    const after = flat.slice(moved, moved + LOOK_AHEAD_LENGTH).trimStart()
    const endsLine = /[\r\n]\s*$/.test(flat.slice(moved - 2, moved))
    if (endsLine || !isFalseStop(before, after, language.abbreviations)) kept.push(moved)
  }
  return kept
}

/** The boundaries by Unicode's rules (UAX #29), ascending. */
function* unicodeBoundaries(flat: string, tag: string): Generator<number> {
  const segmenter = new Intl.Segmenter(tag, { granularity: 'sentence' })
  let from = 0
  while (from < flat.length) {
    const window = flat.slice(from, from + SEGMENTER_WINDOW_LENGTH)
    const starts = Array.from(segmenter.segment(window), ({ index }) => from + index)
    // The start of the window is no boundary, or was already given.
    yield* starts.slice(1)
    const isLast = from + window.length >= flat.length
    const lastStart = starts.at(-1) ?? from
    // The window may cut off its last sentence, so that the next window begins with it.
    from = isLast || lastStart === from ? from + window.length : lastStart
  }
}

function strayClosing(flat: string, boundary: number): number {
  return STRAY_CLOSING.exec(flat.slice(boundary, boundary + LOOK_AHEAD_LENGTH))?.[0].length ?? 0
}

function* cutLong(flat: string, span: Span): Generator<Span> {
  let { start } = span
  while (span.end - start > MAX_SENTENCE_LENGTH) {
    const end = cutAt(flat, start, start + MAX_SENTENCE_LENGTH)
    yield trimSpan(flat, { start, end })
    start = end
  }
  yield trimSpan(flat, { start, end: span.end })
}

/** The last space before `limit`, or `limit` itself, never between the halves of a surrogate pair. */
function cutAt(flat: string, start: number, limit: number): number {
  const window = flat.slice(start, limit)
  const space = window.search(/\s\S*$/)
  if (space > 0) return start + space
  return /[\uD800-\uDBFF]$/.test(window) ? limit - 1 : limit
}
