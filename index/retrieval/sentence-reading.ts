import type { Reading } from '../inference/types.ts'
import { documentSpan, type ModelText } from '../model-text.ts'
import type { Span } from '../span.ts'

/** What the reader made of one sentence of a text that it read. */
export interface SentenceReading {
  /**
   * By how much the likeliest words of the sentence to answer are likelier than "nothing here answers", in logits. Above 0
   * the reader takes them for the answer.
   */
  readonly margin: number
  /** The mean of its tokens' logits for belonging to a sentence that answers. */
  readonly evidence: number
  /** Those words, in the document; never empty. */
  readonly words: Span
}

/** The longest highlight, in tokens. */
const MAX_ANSWER_TOKENS = 24

/** The bounds of {@link bounded}, in logits. */
const BOUNDS = { lowest: -6, highest: 6 }

/**
 * A margin or an evidence between bounds, beyond which the reader's doubts and certainties say no more. What the reader has
 * not read has the lowest.
 */
export function bounded(logit: number | undefined): number {
  if (logit === undefined) return BOUNDS.lowest
  return Math.min(BOUNDS.highest, Math.max(BOUNDS.lowest, logit))
}

/** The reading of each sentence; null for one of which nothing was read, such as one beyond the reader's 512 tokens. */
export function readingsOf(
  sentences: readonly Span[],
  text: ModelText,
  reading: Reading,
): (SentenceReading | null)[] {
  const tokens = reading.places.flatMap((place, i): Token[] => {
    const span = documentSpan(text, place)
    const [start, end, evidence] = [reading.starts[i], reading.ends[i], reading.evidence[i]]
    if (!span || start === undefined || end === undefined || evidence === undefined) return []
    return [{ span, start, end, evidence }]
  })
  return sentences.map((sentence) =>
    readSentence(
      tokens.filter(({ span }) => sentence.start <= span.start && span.end <= sentence.end),
      reading.notHere,
    ),
  )
}

/** A token of the document, with its logits. */
interface Token {
  readonly span: Span
  readonly start: number
  readonly end: number
  readonly evidence: number
}

function readSentence(tokens: readonly Token[], notHere: number): SentenceReading | null {
  let best: { logit: number; words: Span } | null = null
  for (const [i, from] of tokens.entries()) {
    for (const to of tokens.slice(i, i + MAX_ANSWER_TOKENS)) {
      const logit = from.start + to.end
      if (best && logit <= best.logit) continue
      best = { logit, words: { start: from.span.start, end: to.span.end } }
    }
  }
  return (
    best && {
      margin: best.logit - notHere,
      evidence: mean(tokens.map(({ evidence }) => evidence)),
      words: best.words,
    }
  )
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
