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
  /** Whether it is a note mark beside a digit. Somebody who adds it writes another number: "8[0] %". */
  readonly isBesideDigit: boolean
}

/** Format characters, which nobody sees: soft hyphens, joiners, direction marks. */
const INVISIBLE = /\p{Cf}/gu

const CHARACTER_WORD =
  '[\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}]\\p{M}*'
const APOSTROPHES = "['’‘ʼ`´＇]"
const RAISED_DIGITS = '[⁺⁻]?[¹²³⁰⁴-⁹]+[⁺⁻]?'
/** Digits, with the marks that are set on them: a digit that is struck through is not the same. */
const DIGITS = '\\p{Nd}[\\p{Nd}\\p{M}]*'
/** Squares, circles and triangles: bullets of lists. */
const SHAPES = '\\u25A0-\\u25FF'
/** Whatever may be read as a minus sign. Hyphens and dashes are often typed for one. */
const DASHES = '[\\p{Pd}−⁻₋˗⁃➖]+'
const BEFORE_AMOUNT =
  '(?=[\\s\\p{Cf}]*(?:(?:\\p{Lu}{1,3}\\p{Sc}?|\\p{Sc})[\\s\\p{Cf}]*)?[.,]?\\p{N})'

/**
 * In order: raised digits; numbers with their separators, also ".5"; fractions, Roman numerals and lowered digits; single characters
 * of scripts without spaces; words, with apostrophes inside; a minus sign or the dash of a range; "about"; a doubt; other signs
 * that change the meaning.
 */
const WORDS = new RegExp(
  [
    `(?<raised>${RAISED_DIGITS})`,
    `(?:(?<![\\p{L}\\p{N}.…])\\.)?${DIGITS}(?:\\p{Cf}*[.,:/⁄·'’]${DIGITS})*`,
    '\\p{Nl}+|[₀-₉]+|\\p{No}',
    CHARACTER_WORD,
    `(?:(?!${CHARACTER_WORD})\\p{L})(?:(?!${CHARACTER_WORD})[\\p{L}\\p{M}\\p{Cf}]|${APOSTROPHES}(?=\\p{L}))*`,
    `(?<dash>${DASHES})${BEFORE_AMOUNT}`,
    `(?<!~)[~∼～](?!~)${BEFORE_AMOUNT}`,
    '[[(]\\s*\\?+\\s*[\\])]',
    `[%‰§&@^−⁻′″\\p{Sc}]|(?![|~©®™${SHAPES}])[\\p{Sm}\\p{So}]`,
  ].join('|'),
  'gu',
)

/** What may be inside one word and is not seen once the text is set: hyphens at line ends, markup, format characters. */
const INSIDE_WORD = /^(?:[-‐‑*_`~\p{Cf}]*|\p{Cf}*[-‐‑\u00AD]\s+)$/u

const IS_NUMBER = /^\p{N}/u

/** What stands before a raised note mark. After a shorter word or a number, raised digits are an exponent: "5 m³", "x²". */
const BEFORE_RAISED_MARK = /(?:\p{L}{3}|[^\p{L}\p{N}\s])$/u

/**
 * What may be a note mark, with one or more numbers: "[3]", "[2, 5]"; not "[[3]]". It stands right after a word, or before a mark
 * or an end: in "lost [12] aircraft" it is a number.
 */
const NOTE_MARK =
  /(?<!\[)(?:(?<=[\p{L}\p{N}\p{Pe}\p{Pf}.,;:!?"'’])\[\d{1,3}(?:\s?[,–-]\s?\d{1,3})*\]|\[\d{1,3}(?:\s?[,–-]\s?\d{1,3})*\](?=\s*(?:[.,;:)]|$)))(?!\])/gu

/** The dash of an item of a list, and its number or letter. */
const BULLET = /^\p{Pd}\s/u
const ITEM_NUMBER = /^\(?(?:\d{1,3}[.)]|(?:\p{Ll}|[ivx]{1,4})[.)]|\p{Lu}\))\s/gu

const HIDING_STYLE = String.raw`(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|(?:opacity|font-size)\s*:\s*0)`

/** What Markdown and HTML do not show, or show as deleted: the mark of a quoted line, the address of a link, a picture, a comment, struck and hidden text, a tag. */
const UNSEEN_MARKUP = new RegExp(
  [
    '(?<=^|\\n)[ \\t]*(?:>[ \\t]?)+',
    String.raw`!\[[^\]]*\]\([^()]*\)`,
    String.raw`(?<=\])\([^()\s]*(?:[/#:]|\.\p{L})[^()\s]*(?:\s"[^"]*")?\)`,
    String.raw`~~(?=\S)[^~]{1,2000}~~`,
    '<!--[^]{0,2000}?-->',
    String.raw`<(del|s|strike|script|style|template)\b[^<>]{0,200}>[^]{0,2000}?</\1\s*>`,
    String.raw`<(\w+)\b[^<>]{0,200}(?:\shidden\b|${HIDING_STYLE})[^<>]{0,200}>[^]{0,2000}?</\2\s*>`,
    String.raw`</?(?:a|abbr|b|br|cite|code|div|em|font|h[1-6]|i|img|ins|kbd|li|mark|ol|p|q|small|span|strong|sub|sup|table|tbody|td|th|thead|tr|u|ul|var|wbr)(?:\s[^<>]*=[^<>]*)?\s*/?>`,
  ].join('|'),
  'giu',
)

/** A text with spaces in place of all that its readers do not see, or see as deleted. Offsets stay the same. */
export function seenText(text: string): string {
  return text.replace(UNSEEN_MARKUP, (unseen) => ' '.repeat(unseen.length))
}

/** The words between `start` and `end` of a text without unseen markup, in order: see {@link seenText}. */
export function wordsIn(text: string, { start, end }: Span): Word[] {
  const slice = text.slice(start, end)
  const firstWord = slice.search(/[\p{L}\p{N}]/u)
  // A note mark follows a word. At the beginning, a number in brackets is the number of an item.
  const marks = spansOf(NOTE_MARK, slice).filter((mark) => mark.start > firstWord)
  const beginsLine = /(?:^|\n)[ \t]*$/.test(text.slice(Math.max(0, start - 20), start))
  const isBullet = beginsLine && BULLET.test(slice)
  const [itemNumber] = beginsLine ? spansOf(ITEM_NUMBER, slice) : []
  if (itemNumber) marks.push(itemNumber)
  const found = Array.from(slice.matchAll(WORDS)).filter(({ index }) => !isBullet || index > 0)
  return Array.from(found, (match, i) => {
    const [written] = match
    const next = found[i + 1]
    const at = match.index
    const mark = marks.find((one) => one.start <= at && at < one.end) ?? noteMark(match, slice)
    return {
      start: start + at,
      end: start + at + written.length,
      key: keyIn(match, slice),
      isCapital: /^\p{Lu}/u.test(written),
      joins: next !== undefined && mayJoin(match, next, slice),
      isOptional: mark !== null,
      isBesideDigit: mark !== null && mark !== itemNumber && isBesideDigit(mark, slice),
    }
  })
}

function keyIn({ groups, index, 0: written }: RegExpExecArray, text: string): string {
  if (groups?.dash !== undefined) return '-'
  // The exponent of a number is no number beside it.
  if (groups?.raised !== undefined && IS_NUMBER.test(text.slice(index - 1, index)))
    return `^${keyOf(written)}`
  const key = keyOf(written)
  // "No. 5" is a number, and "no" a negation.
  return /^nos?$/.test(key) && /^\.\s?\p{Nd}/u.test(text.slice(index + written.length))
    ? `${key}.`
    : key
}

/** What is compared of a word as it is written. */
export function keyOf(written: string): string {
  return written
    .normalize('NFKC')
    .replace(INVISIBLE, '')
    .replace(/[’‘ʼ`´]/g, "'")
    .replace('−', '-')
    .replace('⁄', '/')
    .replace(/^\./u, '0.')
    .replace('·', '.')
    .toLowerCase()
}

function mayJoin(word: RegExpExecArray, next: RegExpExecArray, text: string): boolean {
  const isBetweenNumbers = IS_NUMBER.test(word[0]) && IS_NUMBER.test(next[0])
  const between = text.slice(word.index + word[0].length, next.index)
  return !isBetweenNumbers && INSIDE_WORD.test(between)
}

/** Raised digits, unless they are an exponent or have a sign ("s⁻¹", "Fe³⁺"). */
function noteMark({ groups, index, 0: written }: RegExpExecArray, text: string): Span | null {
  if (groups?.raised === undefined || /[⁺⁻]/u.test(written)) return null
  if (!BEFORE_RAISED_MARK.test(text.slice(Math.max(0, index - 8), index))) return null
  return { start: index, end: index + written.length }
}

function isBesideDigit({ start, end }: Span, text: string): boolean {
  return (
    /\p{N}$/u.test(text.slice(Math.max(0, start - 2), start)) ||
    IS_NUMBER.test(text.slice(end, end + 2))
  )
}

function spansOf(pattern: RegExp, text: string): Span[] {
  return Array.from(text.matchAll(pattern), ({ index, 0: found }) => {
    return { start: index, end: index + found.length }
  })
}
