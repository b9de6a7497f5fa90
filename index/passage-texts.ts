import { foldSpace } from '../presentation/fold-space.ts'
import type { PassageText } from './inference/types.ts'
import type { Span } from './span.ts'

/** Must be raised whenever the text that is embedded for a sentence changes. Existing indexes are then stale. */
export const EMBEDDED_TEXT_VERSION = 4

/**
 * What is embedded for the sentences of a passage: they, and the title of its document, so that "He was appointed in April" keeps its
 * subject.
 *
 * `text` is the text of the passage. The offsets of the sentences, and `start` of the passage, are offsets in the document.
 */
export function passageTextOf(
  title: string,
  { text, start, sentences }: { text: string; start: number; sentences: readonly Span[] },
): PassageText {
  const texts = sentences.map((sentence) =>
    foldSpace(text.slice(sentence.start - start, sentence.end - start)),
  )
  return { title: foldSpace(title), sentences: texts }
}
