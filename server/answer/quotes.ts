import { languageOf } from '../../index/language/languages.ts'
import { wordsOf } from '../../index/language/stems.ts'
import { type Candidate, sentenceText } from '../../index/retrieval/retrieve.ts'
import type { Span } from '../../index/span.ts'
import type { StoredPassage } from '../../index/storage/storage.ts'
import { type Calibration, furtherConfidence } from './confidence.ts'

/** The longest quote of two sentences, in UTF-16 code units. A longer single sentence is quoted whole. */
export const MAX_PAIR_LENGTH = 400

/**
 * A sentence is quoted together with a neighbour whose score is at most this much lower, in logits: what a sentence
 * leaves open often stands beside it. The first quote is then right for 89 rather than 84 % of XQuAD's questions, and
 * 60 characters longer.
 */
const MAX_NEIGHBOUR_GAP = 12

/**
 * A neighbour that the cross-encoder did not read is quoted too if it is among this many first candidates. One of the
 * first three quotes is then right for 96.9 rather than 96.4 %.
 */
const MAX_UNREAD_NEIGHBOUR_RANK = 10

/** A further quote with a lower confidence does not concern the question. */
const MIN_FURTHER_CONFIDENCE = 0.005

/** A verbatim piece of a passage: one sentence, or two neighbours. */
export interface Quote extends Span {
  readonly passage: StoredPassage
  /** The score that its best sentence is ranked by, in logits. */
  readonly score: number
  /** Calibrated; 0 to 1. */
  readonly confidence: number
}

/** What became of a candidate. */
export type CandidateOutcome =
  | 'quoted'
  | 'joined to its neighbour'
  | 'not read by the cross-encoder'
  | 'below the threshold'
  | 'says the same as a quote'
  | 'more than was asked for'

export interface JudgedCandidate {
  readonly candidate: Candidate
  /** The confidence that it answers, were it quoted; null where the cross-encoder did not read it. */
  readonly confidence: number | null
  readonly outcome: CandidateOutcome
}

/** The quotes that were chosen, and what became of every candidate. */
export interface QuoteChoice {
  /** Best first, at most `limit`, never overlapping. */
  readonly quotes: readonly Quote[]
  /** Every candidate, in the order in which it came. */
  readonly judged: readonly JudgedCandidate[]
}

export interface QuoteChoiceOptions {
  /** The most quotes to choose. */
  readonly limit: number
  /** That the first quote answers; 0 to 1. */
  readonly confidence: number
  /** The threshold: if `confidence` is lower, nothing is quoted. */
  readonly minConfidence: number
  readonly calibration: Calibration
}

/** The text of a quote, word for word. */
export function quoteText({ passage, start, end }: Quote): string {
  return passage.text.slice(start - passage.start, end - passage.start)
}

/**
 * Chooses what to quote from candidates that come best first: each one with enough confidence, together with its better
 * neighbour if that scores nearly as well, unless an earlier quote says the same.
 */
export function chooseQuotes(
  candidates: readonly Candidate[],
  options: QuoteChoiceOptions,
): QuoteChoice {
  return new QuoteChooser(candidates, options).choose()
}

/** One choice in the making. */
class QuoteChooser {
  readonly #candidates: readonly Candidate[]
  readonly #options: QuoteChoiceOptions
  readonly #quotes: Quote[] = []
  readonly #outcomes = new Map<Candidate, CandidateOutcome>()

  constructor(candidates: readonly Candidate[], options: QuoteChoiceOptions) {
    this.#candidates = candidates
    this.#options = options
  }

  choose(): QuoteChoice {
    for (const candidate of this.#candidates) {
      if (candidate.score !== null && !this.#outcomes.has(candidate)) {
        this.#consider(candidate, candidate.score)
      }
    }
    const judged = this.#candidates.map((candidate): JudgedCandidate => {
      return {
        candidate,
        confidence: candidate.score === null ? null : this.#confidenceOf(candidate),
        outcome: this.#outcomes.get(candidate) ?? 'not read by the cross-encoder',
      }
    })
    return { quotes: this.#quotes, judged }
  }

  #consider(candidate: Candidate, score: number): void {
    const outcome = this.#outcomeOf(candidate)
    this.#outcomes.set(candidate, outcome)
    if (outcome !== 'quoted') return
    const { passage } = candidate
    const span = this.#withNeighbour(candidate)
    this.#quotes.push({ passage, ...span, score, confidence: this.#confidenceOf(candidate) })
    for (const other of this.#candidates) {
      const isJoined = other.passage.id === passage.id && isInside(other.sentence, span)
      if (other !== candidate && isJoined) this.#outcomes.set(other, 'joined to its neighbour')
    }
  }

  #outcomeOf(candidate: Candidate): CandidateOutcome {
    const { confidence, minConfidence, limit } = this.#options
    if (confidence < minConfidence) return 'below the threshold'
    const isFurther = this.#quotes.length > 0
    if (isFurther && this.#confidenceOf(candidate) < MIN_FURTHER_CONFIDENCE) {
      return 'below the threshold'
    }
    if (this.#isQuotedAlready(candidate)) return 'says the same as a quote'
    return this.#quotes.length === limit ? 'more than was asked for' : 'quoted'
  }

  #confidenceOf(candidate: Candidate): number {
    const { confidence, calibration } = this.#options
    const [best] = this.#candidates
    if (candidate === best) return confidence
    const gap = (best?.score ?? 0) - (candidate.score ?? -Infinity)
    return Math.min(confidence, furtherConfidence(gap, calibration))
  }

  /** Whether a quote has the words of the candidate in their order, or the other way round. */
  #isQuotedAlready({ passage, sentence }: Candidate): boolean {
    const language = languageOf(passage.document.language)
    const wordsIn = (text: string) => ` ${wordsOf(text, language).join(' ')} `
    const words = wordsIn(sentenceText(passage, sentence))
    return this.#quotes.some((quote) => {
      const quoted = wordsIn(quoteText(quote))
      return quoted.includes(words) || words.includes(quoted)
    })
  }

  /** The span of the sentence, or of the sentence and a neighbour that belongs to it. */
  #withNeighbour({ passage, sentence, score }: Candidate): Span {
    const at = passage.sentences.findIndex(({ id }) => id === sentence.id)
    const [before, after] = [passage.sentences[at - 1], passage.sentences[at + 1]]
    const language = languageOf(passage.document.language)
    if (before && language.refersBack(sentenceText(passage, sentence))) {
      if (this.#canJoin(passage, sentence, before)) return joined(sentence, before)
    }
    const neighbour = this.#candidates.find((other, rank) => {
      if (other.sentence.id !== before?.id && other.sentence.id !== after?.id) return false
      const isGood =
        other.score === null
          ? rank < MAX_UNREAD_NEIGHBOUR_RANK
          : (score ?? 0) - other.score <= MAX_NEIGHBOUR_GAP
      return isGood && this.#canJoin(passage, sentence, other.sentence)
    })
    return joined(sentence, neighbour?.sentence ?? sentence)
  }

  /** Whether both sentences are short enough together, and the other one is not quoted yet. */
  #canJoin(passage: StoredPassage, sentence: Span, other: Span): boolean {
    const { start, end } = joined(sentence, other)
    if (end - start > MAX_PAIR_LENGTH) return false
    return !this.#quotes.some((quote) => quote.passage.id === passage.id && isInside(other, quote))
  }
}

/** The span from the first start to the last end. */
function joined(a: Span, b: Span): Span {
  return { start: Math.min(a.start, b.start), end: Math.max(a.end, b.end) }
}

function isInside(inner: Span, outer: Span): boolean {
  return outer.start <= inner.start && inner.end <= outer.end
}
