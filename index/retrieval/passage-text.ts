import type { Span } from '../span.ts'
import type { StoredPassage } from '../storage/storage.ts'

/** The text of a span of a passage, word for word. */
export function passageText({ text, start: from }: StoredPassage, { start, end }: Span): string {
  return text.slice(start - from, end - from)
}
