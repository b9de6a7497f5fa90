import type { Candidate } from '../../index/retrieval/retrieve.ts'
import { sentenceText } from '../../index/retrieval/retrieve.ts'
import { words } from '../../index/retrieval/words.ts'
import type { Span } from '../../index/splitting/span.ts'
import type { StoredPassage } from '../../index/store/store.ts'
import { confidenceOf } from './confidence.ts'

/** The longest quote of two sentences, in UTF-16 code units; a longer single sentence stands as it is. */
const MAX_JOINED = 400

/** The share of words in common from which two sentences say the same: all but one in ten or so. */
const SAME = 0.9

/** A verbatim piece of a passage: one sentence, or two neighbours that both answer. */
export interface Quote extends Span {
  readonly passage: StoredPassage
  /** That of its better sentence; 0 to 1. */
  readonly confidence: number
}

/** What became of a candidate. */
export type Outcome =
  | 'quoted'
  | 'joined to its neighbour'
  | 'not read by the cross-encoder'
  | 'below the threshold'
  | 'says the same as a quote'
  | 'more than was asked for'

export interface Judged {
  readonly candidate: Candidate
  /** Null where the cross-encoder did not read it. */
  readonly confidence: number | null
  readonly outcome: Outcome
}

export interface Choice {
  /** Best first, at most `limit`, never overlapping. */
  readonly quotes: readonly Quote[]
  /** Every candidate, in the order in which it came. */
  readonly judged: readonly Judged[]
}

/** The text of a quote or passage, word for word. */
export function quoteText({ passage, start, end }: Quote): string {
  return passage.text.slice(start - passage.start, end - passage.start)
}

/**
 * Chooses what to quote from candidates that come best first: each with at least `minConfidence`, joined
 * to a quote that it stands next to, dropped where a quote says the same already.
 */
export function chooseQuotes(
  candidates: readonly Candidate[],
  { limit, minConfidence }: { limit: number; minConfidence: number },
): Choice {
  const quotes: Quote[] = []
  const judged = candidates.map((candidate): Judged => {
    const { logit } = candidate
    if (logit === null) {
      return { candidate, confidence: null, outcome: 'not read by the cross-encoder' }
    }
    const confidence = confidenceOf(logit)
    return { candidate, confidence, outcome: take(candidate, confidence) }
  })
  return { quotes, judged }

  function take(candidate: Candidate, confidence: number): Outcome {
    if (confidence < minConfidence) return 'below the threshold'
    const text = sentenceText(candidate.passage, candidate.sentence)
    if (quotes.some((quote) => saysTheSame(quoteText(quote), text))) {
      return 'says the same as a quote'
    }
    const neighbour = quotes.findIndex((quote) => canJoin(quote, candidate))
    const joined = quotes[neighbour]
    if (joined) {
      const { start, end } = candidate.sentence
      quotes[neighbour] = {
        ...joined,
        start: Math.min(joined.start, start),
        end: Math.max(joined.end, end),
      }
      return 'joined to its neighbour'
    }
    if (quotes.length === limit) return 'more than was asked for'
    const { start, end } = candidate.sentence
    quotes.push({ passage: candidate.passage, start, end, confidence })
    return 'quoted'
  }
}

/** Whether the candidate is the sentence just before or after a quote of one sentence, and both fit. */
function canJoin(quote: Quote, { passage, sentence }: Candidate): boolean {
  if (quote.passage.id !== passage.id) return false
  const quoted = passage.sentences.findIndex(({ start }) => start === quote.start)
  const isOneSentence = passage.sentences[quoted]?.end === quote.end
  const at = passage.sentences.findIndex(({ id }) => id === sentence.id)
  const start = Math.min(quote.start, sentence.start)
  const end = Math.max(quote.end, sentence.end)
  return isOneSentence && Math.abs(at - quoted) === 1 && end - start <= MAX_JOINED
}

/** Whether two texts have nearly the same words (Jaccard similarity). */
function saysTheSame(a: string, b: string): boolean {
  const left = new Set(words(a))
  const right = new Set(words(b))
  const common = [...left].filter((word) => right.has(word)).length
  return common >= SAME * (left.size + right.size - common)
}
