import type { Span } from '../../index/span.ts'

/** A word, a number or a sign with a meaning, such as "%". Offsets count in the text that it was read from. */
export interface Word extends Span {
  /** What is compared: equal for words that differ only in case and typography. */
  readonly key: string
  /** Whether it may be one word with the next one, because only a hyphen or markup divides them: "re-election", "deci-\nsion". */
  readonly joins: boolean
  /** Whether it begins with a capital letter, as names do. */
  readonly isCapital: boolean
  /** Whether leaving it out is no difference, because it is a note mark, such as "[3]" or "³". */
  readonly isOptional: boolean
}

/** Format characters, which nobody sees: soft hyphens, joiners, direction marks. */
const INVISIBLE = /\p{Cf}/gu

const CHARACTER_WORD =
  '[\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}]\\p{M}*'
const APOSTROPHES = "['’‘ʼ`´＇]"
const RAISED = '[¹²³⁰⁴-⁹]'

/**
 * In order: raised digits; numbers with their separators; single characters of scripts without spaces; words, with apostrophes
 * inside; a minus sign; other signs that change the meaning.
 */
const WORDS = new RegExp(
  [
    `(?<raised>${RAISED}+)`,
    `(?:(?!${RAISED})\\p{N})+(?:\\p{Cf}*[.,:/⁄'’](?:(?!${RAISED})\\p{N})+)*`,
    CHARACTER_WORD,
    `(?:(?!${CHARACTER_WORD})\\p{L})(?:(?!${CHARACTER_WORD})[\\p{L}\\p{M}\\p{Cf}]|${APOSTROPHES}(?=\\p{L}))*`,
    '(?<=^|[\\s([])[-−‒](?=\\p{N})',
    '[%‰°§&@+=<>±×÷≤≥≠≈\\p{Sc}]',
  ].join('|'),
  'gu',
)

/** What may be inside one word and is not seen once the text is set: hyphens at line ends, markup, format characters. */
const INSIDE_WORD = /^(?:[-‐‑*_`~\p{Cf}]*|\p{Cf}*[-‐‑\u00AD]\s+)$/u

const IS_NUMBER = /^\p{N}/u

const BEFORE_EXPONENT = /\p{N}(?:\s?\p{L}{1,2})?$/u

/** What may be a note mark, with one or more numbers: "[3]", "[2, 5]"; not "[[3]]". */
const NOTE_MARK = /(?<!\[)\[\d{1,3}(?:\s?[,–-]\s?\d{1,3})*\](?!\])/gu

/** What Markdown and HTML do not show: the address of a link, a tag. */
const UNSEEN_MARKUP =
  /(?<=\])\([^()\s]*[/.#:][^()\s]*(?:\s"[^"]*")?\)|<\/?(?:a|abbr|b|br|cite|code|del|div|em|font|h[1-6]|i|img|ins|kbd|li|mark|ol|p|q|s|small|span|strong|sub|sup|table|tbody|td|th|thead|tr|u|ul|var|wbr)\b[^<>]*>/giu

/** The words of a text between `start` and `end`, in order. */
export function wordsIn(text: string, { start, end }: Span): Word[] {
  const slice = text.slice(start, end)
  const unseen = spansOf(UNSEEN_MARKUP, slice)
  const firstWord = slice.search(/[\p{L}\p{N}]/u)
  // A note mark follows a word. At the beginning, a number in brackets is the number of an item.
  const marks = spansOf(NOTE_MARK, slice).filter((mark) => mark.start > firstWord)
  const found = Array.from(slice.matchAll(WORDS)).filter(({ index }) => !isInAny(index, unseen))
  return Array.from(found, (match, i) => {
    const [written] = match
    const next = found[i + 1]
    const at = match.index
    return {
      start: start + at,
      end: start + at + written.length,
      key: keyOf(written),
      isCapital: /^\p{Lu}/u.test(written),
      joins: next !== undefined && mayJoin(match, next, slice),
      isOptional: isInAny(at, marks) || isNoteMark(match, slice),
    }
  })
}

function keyOf(written: string): string {
  return written
    .normalize('NFKC')
    .replace(INVISIBLE, '')
    .replace(/[’‘ʼ`´]/g, "'")
    .replace(/[−‒]/g, '-')
    .replace('⁄', '/')
    .toLowerCase()
}

function mayJoin(word: RegExpExecArray, next: RegExpExecArray, text: string): boolean {
  const isBetweenNumbers = IS_NUMBER.test(word[0]) && IS_NUMBER.test(next[0])
  const between = text.slice(word.index + word[0].length, next.index)
  return !isBetweenNumbers && INSIDE_WORD.test(between)
}

/** Raised digits after a number or its unit ("5 m³") are an exponent, elsewhere the mark of a note. */
function isNoteMark({ groups, index }: RegExpExecArray, text: string): boolean {
  return groups?.raised !== undefined && !BEFORE_EXPONENT.test(text.slice(0, index))
}

function spansOf(pattern: RegExp, text: string): Span[] {
  return Array.from(text.matchAll(pattern), ({ index, 0: found }) => {
    return { start: index, end: index + found.length }
  })
}

function isInAny(at: number, spans: readonly Span[]): boolean {
  return spans.some(({ start, end }) => start <= at && at < end)
}
