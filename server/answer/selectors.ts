import { countCodePoints } from '../../index/span.ts'
import type { StoredExcerpt } from '../state/stored.ts'
import type { Citation } from './answer-schema.ts'

/** How much of the text around a quote goes with it, in UTF-16 code units: enough to tell two like sentences apart. */
const CONTEXT_LENGTH = 32

/**
 * The selectors of a quote, by which programs for annotations find it in the text (W3C Web Annotation, 4.2.4 and 4.2.5).
 * There is no position where it is not known how many code points stand before the quote.
 */
export function selectorsOf({
  text,
  start,
  end,
  codePoint,
  passage,
}: StoredExcerpt): Citation['selector'] {
  const [from, to] = [start - passage.start, end - passage.start]
  const quoted = {
    type: 'TextQuoteSelector' as const,
    exact: text,
    prefix: passage.text
      .slice(Math.max(0, from - CONTEXT_LENGTH), from)
      .replace(/^[\uDC00-\uDFFF]/, ''),
    suffix: passage.text.slice(to, to + CONTEXT_LENGTH).replace(/[\uD800-\uDBFF]$/, ''),
  }
  if (codePoint === null) return [quoted]
  const position = { start: codePoint, end: codePoint + countCodePoints(text) }
  return [quoted, { type: 'TextPositionSelector', ...position }]
}
