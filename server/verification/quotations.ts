import type { Span } from '../../index/span.ts'

/** The marks that end a quotation, by the mark that begins it. */
const CLOSING: Readonly<Record<string, string>> = {
  '“': '”',
  '„': '“”',
  '«': '»',
  '»': '«',
  '‹': '›',
  '›': '‹',
  '‘': '’',
  '‚': '‘’',
  '「': '」',
  '『': '』',
  '"': '"',
  "'": "'",
}

const OPENING = new RegExp(`[${Object.keys(CLOSING).join('')}]`, 'gu')

/** Marks that may both open and close a quotation, or be an apostrophe. */
const EITHER_WAY = '"\'»«›‹’‘'

const BEFORE_OPENING = /(?:^|[\s([{\p{Pd}/])$/u
const AFTER_CLOSING = /^(?:$|[^\p{L}\p{N}])/u
const HAS_WORD = /[\p{L}\p{N}]/u

/**
 * The quotations of a paragraph, without their marks, in order. A quotation inside another one is a part of it. A quotation that
 * its paragraph does not close reaches to the end of it, if `goesOn` says that the next paragraph opens with the same mark.
 */
export function quotationsIn(
  text: string,
  { start, end }: Span,
  goesOn: (mark: string) => boolean,
): Span[] {
  const quotations: Span[] = []
  // If a mark is not closed, a later one is not either. Without this, the time would grow with the square of the marks.
  const unclosed = new Set<string>()
  let from = start
  for (const { index, 0: mark } of text.slice(start, end).matchAll(OPENING)) {
    const at = start + index
    if (at < from || !opens(mark, text, { start, end: at })) continue
    const close = unclosed.has(mark) ? null : closingOf(mark, text, { start: at + 1, end })
    if (close === null) unclosed.add(mark)
    const stop = close ?? (goesOn(mark) ? end : null)
    if (stop === null || !HAS_WORD.test(text.slice(at + 1, stop))) continue
    quotations.push({ start: at + 1, end: stop })
    from = stop + 1
  }
  return quotations
}

function opens(mark: string, text: string, { start, end: at }: Span): boolean {
  if (!EITHER_WAY.includes(mark)) return true
  return BEFORE_OPENING.test(text.slice(Math.max(start, at - 1), at)) && !isSpaced(mark, text, at)
}

/** Whether a mark has a space after it, as a closing one has: only « and ‹ open with one, in French. */
function isSpaced(mark: string, text: string, at: number): boolean {
  return !'«‹'.includes(mark) && /^\s|^$/.test(text.slice(at + 1, at + 2))
}

function closingOf(mark: string, text: string, { start, end }: Span): number | null {
  const marks = CLOSING[mark] ?? ''
  for (let at = start; at < end; at += 1) {
    if (!marks.includes(text.charAt(at))) continue
    // An apostrophe is between letters. "militias'" cannot be told from the end of a quotation.
    if (!EITHER_WAY.includes(text.charAt(at)) || AFTER_CLOSING.test(text.slice(at + 1, at + 2))) {
      return at
    }
  }
  return null
}
