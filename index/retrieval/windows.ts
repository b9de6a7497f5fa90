import type { Span } from '../span.ts'
import type { StoredPassage, StoredSentence } from '../storage/storage.ts'

/**
 * The longest window, in UTF-16 code units; a longer sentence is read alone. The reader's time grows with the window.
 */
const MAX_WINDOW_LENGTH = 450

/** A run of neighbouring sentences of one passage, which the reader reads at once. */
export interface Window extends Span {
  readonly passage: StoredPassage
  readonly sentences: readonly StoredSentence[]
}

/**
 * The window around a sentence. It takes in the sentences before and after it in turn, the one before first, while they
 * fit: what a sentence leaves open mostly stands before it.
 */
export function windowAround(passage: StoredPassage, sentence: StoredSentence): Window {
  const { sentences } = passage
  const at = sentences.findIndex(({ id }) => id === sentence.id)
  let [first, last] = [at, at]
  for (;;) {
    const fitsBefore = fits(sentences[first - 1], sentences[last])
    if (fitsBefore) first -= 1
    const fitsAfter = fits(sentences[first], sentences[last + 1])
    if (fitsAfter) last += 1
    if (!fitsBefore && !fitsAfter) break
  }
  const taken = sentences.slice(first, last + 1)
  return {
    passage,
    sentences: taken,
    start: taken[0]?.start ?? sentence.start,
    end: taken.at(-1)?.end ?? sentence.end,
  }
}

/** Whether both sentences exist, and a window has room from the one to the other. */
function fits(from: Span | undefined, to: Span | undefined): boolean {
  return from !== undefined && to !== undefined && to.end - from.start <= MAX_WINDOW_LENGTH
}
