import type { Answer } from '../../server/answer/answer.ts'
import type { Quote } from '../../server/answer/quotes.ts'

/** How far two confidences may lie apart and count as the same. */
export const MAX_CONFIDENCE_GAP = 1e-6

/** What is compared of an answer. */
export interface ComparedAnswer {
  readonly answered: boolean
  /** 0 to 1. */
  readonly confidence: number
  /** All quotes in order: those that answer, those on the same subject, and the closest ones. */
  readonly quotes: readonly ComparedQuote[]
  /** The sentences that were found, in order, as `DOCUMENT START`. */
  readonly found: readonly string[]
}

export interface ComparedQuote {
  /** `LIST DOCUMENT START–END`. */
  readonly place: string
  /** 0 to 1. */
  readonly confidence: number
}

/** The answers of both engines to one question, asked in the same way. */
export interface AnswerPair {
  readonly embedded: ComparedAnswer
  readonly postgres: ComparedAnswer
}

/** Two answers to one question: by graphs of the vectors, and by comparing every vector. */
export interface AskedBoth {
  readonly question: string
  readonly byGraph: AnswerPair
  readonly exactly: AnswerPair
}

/**
 * `near tie by HNSW`: the graphs found other sentences, and with every vector compared the answers are the same. Any other
 * difference is `real`.
 */
export type DifferenceKind = 'near tie by HNSW' | 'real'

export interface Difference {
  readonly kind: DifferenceKind
  readonly question: string
  /** What is different first, on both sides. */
  readonly what: string
}

/** What is compared of an answer. */
export function comparedAnswer({ explanation, ...answer }: Answer): ComparedAnswer {
  return {
    answered: answer.answered,
    confidence: answer.confidence,
    quotes: [
      ...listed('quote', answer.quotes),
      ...listed('also on this', answer.alsoOnThis),
      ...listed('closest', answer.closest),
    ],
    found: explanation.candidates.map(
      ({ candidate: { passage, sentence } }) => `${passage.document.id} ${sentence.start}`,
    ),
  }
}

function listed(list: string, quotes: readonly Quote[]): ComparedQuote[] {
  return Array.from(quotes, ({ passage, start, end, confidence }) => {
    return { place: `${list} ${passage.document.id} ${start}–${end}`, confidence }
  })
}

/** The difference between the engines' answers to a question; null where they are the same. */
export function differenceOf({ question, byGraph, exactly }: AskedBoth): Difference | null {
  const exact = firstDifference(exactly)
  if (exact !== null) return { kind: 'real', question, what: `with exact search, ${exact}` }
  const what = firstDifference(byGraph)
  if (what === null) return null
  return { kind: foundTheSame(byGraph) ? 'real' : 'near tie by HNSW', question, what }
}

/** Whether the engines found the same sentences in the same order. */
export function foundTheSame({ embedded, postgres }: AnswerPair): boolean {
  return embedded.found.join('\n') === postgres.found.join('\n')
}

/** The largest gap between the confidences of the same quotes. */
export function confidenceGap({ embedded, postgres }: AnswerPair): number {
  const gaps = embedded.quotes.map(({ place, confidence }) => {
    const same = postgres.quotes.find((other) => other.place === place)
    return same ? Math.abs(confidence - same.confidence) : 0
  })
  return Math.max(0, ...gaps)
}

function firstDifference({ embedded, postgres }: AnswerPair): string | null {
  if (embedded.answered !== postgres.answered) {
    return `answered: ${embedded.answered} / ${postgres.answered}`
  }
  const count = Math.max(embedded.quotes.length, postgres.quotes.length)
  for (let i = 0; i < count; i += 1) {
    const [a, b] = [embedded.quotes[i], postgres.quotes[i]]
    if (a?.place !== b?.place) return `${a?.place ?? 'nothing'} / ${b?.place ?? 'nothing'}`
    if (!isSame(a?.confidence, b?.confidence)) {
      return `${a?.place}: confidence ${a?.confidence} / ${b?.confidence}`
    }
  }
  return isSame(embedded.confidence, postgres.confidence)
    ? null
    : `confidence: ${embedded.confidence} / ${postgres.confidence}`
}

function isSame(a = 0, b = 0): boolean {
  return Math.abs(a - b) <= MAX_CONFIDENCE_GAP
}
