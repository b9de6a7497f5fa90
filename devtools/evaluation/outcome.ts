import { english } from '../../index/language/en.ts'
import { wordsOf } from '../../index/language/stems.ts'
import { passageText } from '../../index/retrieval/passage-text.ts'
import type { Answer } from '../../server/answer/answer.ts'
import { type Features, featuresOf } from '../../server/answer/confidence.ts'
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
  readonly features: Features | null
  /** The quotes, or, where the question was refused, the closest ones. */
  readonly quotes: readonly JudgedQuote[]
  /** How many sentences the cross-encoder scored. */
  readonly pairs: number
  /** How many windows the reader read. */
  readonly windows: number
  readonly ms: number
  /** The part of `ms` in which a follow-up was interpreted from its conversation. */
  readonly readingMs: number
}

/** A quote, compared with the gold span. */
export interface JudgedQuote {
  readonly right: boolean
  /** 0 to 1. */
  readonly confidence: number
  /** In logits; null for a quote that was not searched for. */
  readonly score: number | null
  /** How well its highlight matches the gold words: their F1, 0 to 1. */
  readonly highlightF1: number
  /** In UTF-16 code units. */
  readonly length: number
}

/** Compares the answer to a question, which took `ms`, with the question's label. */
export function judgeAnswer(
  { article, gold }: EvaluationQuestion,
  answer: Answer,
  ms: number,
): Outcome {
  const { windows, candidates } = answer.explanation
  const scored = candidates.flatMap(({ candidate }) => (candidate.logit === null ? [] : candidate))
  const quotes = answer.answered ? answer.quotes : answer.closest
  return {
    article,
    answerable: gold !== null,
    answered: answer.answered,
    confidence: answer.confidence,
    features: scored.length > 0 ? featuresOf(scored) : null,
    quotes: quotes.map((quote) => ({
      right: gold !== null && isRight(quote, gold),
      confidence: quote.confidence,
      score: quote.candidate?.score ?? null,
      highlightF1: gold === null ? 0 : highlightF1(quote, gold.text),
      length: quote.end - quote.start,
    })),
    pairs: scored.length,
    windows: windows.length,
    ms,
    readingMs: answer.timings.reading ?? 0,
  }
}

/** The F1 of the words of a quote's highlight and of a text (Rajpurkar et al. 2016); 0 without a highlight. */
function highlightF1({ passage, highlight }: Quote, text: string): number {
  if (!highlight) return 0
  const marked = wordsOf(passageText(passage, highlight), english)
  const wanted = wordsOf(text, english)
  const left = [...wanted]
  const shared = marked.filter((word) => {
    const at = left.indexOf(word)
    if (at !== -1) left.splice(at, 1)
    return at !== -1
  })
  return shared.length === 0 ? 0 : (2 * shared.length) / (marked.length + wanted.length)
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
