import type { Span } from '../../index/span.ts'
import type { Answer, CitedExcerpt, CitedQuote } from '../answer/answer.ts'
import { quoteText } from '../answer/quotes.ts'
import type { CheckQuestion, ExpectedQuote } from './check-question.ts'
import type { CheckOutcome, CheckResult } from './run.ts'

/** Compares an answer with what should come. `expected` are the quotes of the question that stand in the documents now. */
export function judge(
  question: CheckQuestion,
  expected: readonly ExpectedQuote[],
  { answered, confidence, quotes, closest }: Answer,
): CheckResult {
  const isAnswerable = question.quotes.length > 0
  const given = answered ? quotes : closest
  const [first] = given
  const at = given.findIndex((quote) => expected.some((each) => isGivenBy(each, quote)))
  const rank = at === -1 ? null : at + 1
  return {
    ...unjudged(question, expected),
    outcome: outcomeOf(isAnswerable, answered, rank),
    rank,
    confidence,
    first: first ? quotedPlace(first) : null,
  }
}

/** The result of a question that could not be answered. */
export function failed(question: CheckQuestion, expected: readonly ExpectedQuote[]): CheckResult {
  const nothing = { rank: null, confidence: 0, first: null }
  return { ...unjudged(question, expected), outcome: 'failed', ...nothing }
}

function unjudged({ id, question, quotes }: CheckQuestion, expected: readonly ExpectedQuote[]) {
  const lostQuotes = quotes.length - expected.length
  return { id, question, isAnswerable: quotes.length > 0, lostQuotes }
}

function outcomeOf(isAnswerable: boolean, answered: boolean, rank: number | null): CheckOutcome {
  if (!isAnswerable) return answered ? 'wrongly-answered' : 'rightly-refused'
  if (!answered) return 'refused'
  return rank === null ? 'wrong' : 'right'
}

/** Whether a quote, or a place in another document that says the same, has more than half of what is expected. */
function isGivenBy(expected: ExpectedQuote, quote: CitedQuote): boolean {
  return [quote, ...quote.copies].some(
    (place) =>
      place.passage.document.id === expected.documentId &&
      2 * overlap(expected, place) > expected.end - expected.start,
  )
}

function overlap(a: Span, b: Span): number {
  return Math.max(0, Math.min(a.end, b.end) - Math.max(a.start, b.start))
}

function quotedPlace(quote: CitedExcerpt) {
  const { passage, start, end } = quote
  return { documentId: passage.document.id, start, end, text: quoteText(quote) }
}
