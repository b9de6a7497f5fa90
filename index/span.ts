/** A piece of a document's text: 0-based, end-exclusive, in UTF-16 code units, as `String.prototype.slice` takes them. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** The span without the white space at its ends; `start === end` when nothing else is in it. */
export function trimSpan(text: string, { start, end }: Span): Span {
  const slice = text.slice(start, end)
  const lead = slice.length - slice.trimStart().length
  return { start: start + lead, end: Math.max(start + lead, start + slice.trimEnd().length) }
}

const SURROGATE_PAIRS = /[\uD800-\uDBFF][\uDC00-\uDFFF]/g

/** The number of code points of a text, which W3C's Web Annotations count; a surrogate pair is one. */
export function countCodePoints(text: string): number {
  return text.length - (text.match(SURROGATE_PAIRS)?.length ?? 0)
}
