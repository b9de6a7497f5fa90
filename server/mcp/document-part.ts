import type { Span } from '../../index/span.ts'
import type { DocumentWithOutline } from '../service.ts'
import type { Wanted } from './fetch-id.ts'

/** The longest part of a document that is given at once, in UTF-16 code units: about 5,000 tokens of English. */
export const MAX_PART = 20_000

/** The most that a place and the paragraphs around it have together, in UTF-16 code units: one or two pages. */
const AROUND = 4000

/**
 * The part of a document that is wanted: the paragraphs around a place, or the text from an offset on, of at most
 * {@link MAX_PART}. It ends at the end of a paragraph if it can. Parts that follow each other make up the whole text.
 */
export function partOf({ document, outline }: DocumentWithOutline, wanted: Wanted): Span {
  const { paragraphs } = outline
  const whole = wanted.place
    ? widened(paragraphs, wholeParagraphs(paragraphs, wanted.place))
    : { start: wanted.from, end: document.characters }
  return { start: whole.start, end: endWithin(whole, paragraphs) }
}

function wholeParagraphs(paragraphs: readonly Span[], { start, end }: Span): Span {
  const touched = paragraphs.filter((each) => each.start < end && start < each.end)
  return {
    start: Math.min(start, touched[0]?.start ?? start),
    end: Math.max(end, touched.at(-1)?.end ?? end),
  }
}

/** Adds a paragraph at either side, as long as the whole stays short. */
function widened(paragraphs: readonly Span[], { start, end }: Span): Span {
  const before = paragraphs.findLast((each) => each.end <= start)
  const after = paragraphs.find((each) => each.start >= end)
  const wider = { start: before?.start ?? start, end: after?.end ?? end }
  const isWider = wider.start < start || wider.end > end
  if (!isWider || wider.end - wider.start > AROUND) return { start, end }
  return widened(paragraphs, wider)
}

function endWithin({ start, end }: Span, paragraphs: readonly Span[]): number {
  const limit = start + MAX_PART
  if (end <= limit) return end
  return paragraphs.findLast((each) => each.end > start && each.end <= limit)?.end ?? limit
}
