import type { Answer } from '../../server/answer/answer.ts'
import { type Evidence, evidenceIn } from '../../server/answer/confidence.ts'
import type { Quote } from '../../server/answer/quotes.ts'
import type { EvaluationQuestion, Gold } from './dataset.ts'

/** The answer to a labelled question, compared with its label. */
export interface Outcome {
  /** The article that the question is about, by its place in the data set. */
  readonly article: number
  /** Whether the indexed documents answer the question. */
  readonly answerable: boolean
  readonly answered: boolean
  /** Of the first quote, or, where the question was refused, of the closest one; 0 to 1. */
  readonly confidence: number
  /** What the confidence was computed from; null where no candidate was found. */
  readonly evidence: Evidence | null
  /** The quotes, or, where the question was refused, the closest ones. */
  readonly quotes: readonly JudgedQuote[]
  /** How many texts the cross-encoder scored. */
  readonly pairs: number
  readonly ms: number
  /** The part of `ms` in which a follow-up was interpreted from its conversation. */
  readonly readingMs: number
}

/** A quote, compared with the gold span. */
export interface JudgedQuote {
  readonly right: boolean
  /** 0 to 1. */
  readonly confidence: number
  /** In logits. */
  readonly score: number
  /** In UTF-16 code units. */
  readonly length: number
}

/** Compares the answer to a question, which took `ms`, with the question's label. */
export function judgeAnswer(
  { article, gold }: EvaluationQuestion,
  answer: Answer,
  ms: number,
): Outcome {
  const { candidates, passagesRead } = answer.explanation
  const scored = candidates.filter(({ candidate }) => candidate.logit !== null)
  return {
    article,
    answerable: gold !== null,
    answered: answer.answered,
    confidence: answer.confidence,
    evidence: scored.length > 0 ? evidenceIn(scored.map(({ candidate }) => candidate)) : null,
    quotes: (answer.answered ? answer.quotes : answer.closest).map((quote) => ({
      right: gold !== null && isRight(quote, gold),
      confidence: quote.confidence,
      score: quote.score,
      length: quote.end - quote.start,
    })),
    pairs: scored.length + passagesRead,
    ms,
    readingMs: answer.timings.reading ?? 0,
  }
}

/** Whether a span of a document matches the gold span. */
export function isRight(
  { passage, start, end }: Pick<Quote, 'passage' | 'start' | 'end'>,
  gold: Gold,
): boolean {
  if (passage.document.id !== gold.documentId) return false
  return gold.match === 'contain'
    ? start <= gold.start && gold.end <= end
    : start < gold.end && gold.start < end
}
