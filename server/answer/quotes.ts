import { languageOf } from '../../index/language/languages.ts'
import { wordsOf } from '../../index/language/stems.ts'
import type { Candidate } from '../../index/retrieval/candidates.ts'
import { findCopy } from '../../index/retrieval/copies.ts'
import { passageText } from '../../index/retrieval/passage-text.ts'
import type { Span } from '../../index/span.ts'
import type { StoredPassage } from '../../index/storage/storage.ts'
import { type Calibration, furtherConfidence } from './confidence.ts'

/** The longest quote of two sentences, in UTF-16 code units. A longer single sentence is quoted whole. */
export const MAX_PAIR_LENGTH = 400

/**
 * A sentence is quoted together with a neighbour whose score is at most this much lower, in logits: what a sentence
 * leaves open often stands beside it.
 */
const MAX_NEIGHBOUR_GAP = 16

/** A neighbour that the cross-encoder did not score is quoted too if it is among this many first candidates. */
const MAX_UNSCORED_NEIGHBOUR_RANK = 5

/**
 * A further quote with a lower confidence is merely near the question. With 0.015, one of three quotes is right for 0.5
 * points fewer of XQuAD's questions, and an answer has 2.0 rather than 2.5 quotes.
 */
const MIN_FURTHER_CONFIDENCE = 0.005

/** A quote with a lower confidence does not concern the question. */
const MIN_NEAR_CONFIDENCE = 0.002

/**
 * Below this margin, in logits, no words are marked. It is below 0, since the reader is careful: where the first quote is
 * right, the words are mostly right from here on.
 */
const MIN_HIGHLIGHT_MARGIN = -3

/** A span of a passage. */
export interface Excerpt extends Span {
  readonly passage: StoredPassage
}

/** A verbatim piece of a passage: one sentence, or two neighbours. */
export interface Quote extends Excerpt {
  /** The places in other documents that say the same. */
  readonly copies: readonly Excerpt[]
  /** The sentence that it was chosen for, with its evidence; null for a quote that was not searched for. */
  readonly candidate: Candidate | null
  /** The words that answer, inside the quote; null where the reader does not know them. */
  readonly highlight: Span | null
  /** Calibrated; 0 to 1. */
  readonly confidence: number
}

/** What became of a candidate. */
export type CandidateOutcome =
  | 'quoted'
  | 'joined to its neighbour'
  | 'not scored by the cross-encoder'
  | 'also on this'
  | 'below the threshold'
  | 'says the same as a quote'
  | 'more than was asked for'

export interface JudgedCandidate {
  readonly candidate: Candidate
  /** The confidence that it answers, were it quoted; null where the cross-encoder did not score it. */
  readonly confidence: number | null
  readonly outcome: CandidateOutcome
}

/** The quotes that were chosen, and what became of every candidate. */
export interface QuoteChoice {
  /** Best first, never overlapping. */
  readonly quotes: readonly Quote[]
  /** Quotes on the same subject that probably do not answer. Together with `quotes` at most `limit`. */
  readonly alsoOnThis: readonly Quote[]
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
export function quoteText(quote: Excerpt): string {
  return passageText(quote.passage, quote)
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
  readonly #alsoOnThis: Quote[] = []
  readonly #outcomes = new Map<Candidate, CandidateOutcome>()

  constructor(candidates: readonly Candidate[], options: QuoteChoiceOptions) {
    this.#candidates = candidates
    this.#options = options
  }

  choose(): QuoteChoice {
    const isNear = (candidate: Candidate) => {
      return (
        candidate !== this.#candidates[0] && this.#confidenceOf(candidate) < MIN_FURTHER_CONFIDENCE
      )
    }
    // What is near gets the room that is left.
    const inTurn = this.#candidates.toSorted((a, b) => Number(isNear(a)) - Number(isNear(b)))
    for (const candidate of inTurn) {
      if (candidate.score !== null && !this.#outcomes.has(candidate)) this.#consider(candidate)
    }
    const judged = this.#candidates.map((candidate): JudgedCandidate => {
      return {
        candidate,
        confidence: candidate.score === null ? null : this.#confidenceOf(candidate),
        outcome: this.#outcomes.get(candidate) ?? 'not scored by the cross-encoder',
      }
    })
    return { quotes: this.#quotes, alsoOnThis: this.#alsoOnThis, judged }
  }

  #consider(candidate: Candidate): void {
    const outcome = this.#outcomeOf(candidate)
    this.#outcomes.set(candidate, outcome)
    if (outcome !== 'quoted' && outcome !== 'also on this') return
    const { passage } = candidate
    const span = this.#withNeighbour(candidate)
    const inside = this.#candidates.filter(
      (other) => other.passage.id === passage.id && isInside(other.sentence, span),
    )
    const quotes = outcome === 'quoted' ? this.#quotes : this.#alsoOnThis
    const confidence = this.#confidenceOf(candidate)
    const highlight = wordsThatAnswer(inside)
    const copies = this.#copiesOf({ passage, ...span }, candidate)
    quotes.push({ passage, ...span, copies, candidate, confidence, highlight })
    for (const other of inside) {
      if (other !== candidate) this.#outcomes.set(other, 'joined to its neighbour')
    }
  }

  /** The places in other documents that say the same as a quote, one for each document. */
  #copiesOf(quote: Excerpt, { copies }: Candidate): Excerpt[] {
    const text = quoteText(quote)
    const seen = new Set([quote.passage.document.id])
    const found: Excerpt[] = []
    for (const passage of [...copies, ...this.#candidates.map((other) => other.passage)]) {
      const span = seen.has(passage.document.id) ? null : findCopy(text, passage)
      if (!span) continue
      seen.add(passage.document.id)
      found.push({ passage, ...span })
    }
    return found
  }

  #outcomeOf(candidate: Candidate): CandidateOutcome {
    const { confidence, minConfidence, limit } = this.#options
    if (confidence < minConfidence) return 'below the threshold'
    const isFirst = this.#quotes.length === 0
    const own = this.#confidenceOf(candidate)
    if (!isFirst && own < MIN_NEAR_CONFIDENCE) return 'below the threshold'
    if (this.#isQuotedAlready(candidate)) return 'says the same as a quote'
    if (this.#all().length === limit) return 'more than was asked for'
    return isFirst || own >= MIN_FURTHER_CONFIDENCE ? 'quoted' : 'also on this'
  }

  #confidenceOf(candidate: Candidate): number {
    const { confidence, calibration } = this.#options
    const [best] = this.#candidates
    if (!best || candidate === best) return confidence
    const gap = (best.score ?? 0) - (candidate.score ?? -Infinity)
    return Math.min(confidence, furtherConfidence(gap, calibration))
  }

  /** All that was chosen so far. */
  #all(): Quote[] {
    return [...this.#quotes, ...this.#alsoOnThis]
  }

  /** Whether a quote has the words of the candidate in their order, or the other way round. */
  #isQuotedAlready({ passage, sentence }: Candidate): boolean {
    const language = languageOf(passage.document.language)
    const wordsIn = (text: string) => ` ${wordsOf(text, language).join(' ')} `
    const words = wordsIn(passageText(passage, sentence))
    return this.#all().some((quote) => {
      const quoted = wordsIn(quoteText(quote))
      return quoted.includes(words) || words.includes(quoted)
    })
  }

  /** The span of the sentence, or of the sentence and a neighbour that belongs to it. */
  #withNeighbour({ passage, sentence, score }: Candidate): Span {
    const at = passage.sentences.findIndex(({ id }) => id === sentence.id)
    const [before, after] = [passage.sentences[at - 1], passage.sentences[at + 1]]
    const language = languageOf(passage.document.language)
    if (before && language.refersBack(passageText(passage, sentence))) {
      if (this.#canJoin(passage, sentence, before)) return joined(sentence, before)
    }
    const neighbour = this.#candidates.find((other, rank) => {
      if (other.sentence.id !== before?.id && other.sentence.id !== after?.id) return false
      const isGood =
        other.score === null
          ? rank < MAX_UNSCORED_NEIGHBOUR_RANK
          : (score ?? 0) - other.score <= MAX_NEIGHBOUR_GAP
      return isGood && this.#canJoin(passage, sentence, other.sentence)
    })
    return joined(sentence, neighbour?.sentence ?? sentence)
  }

  /** Whether both sentences are short enough together, and the other one is not quoted yet. */
  #canJoin(passage: StoredPassage, sentence: Span, other: Span): boolean {
    const { start, end } = joined(sentence, other)
    if (end - start > MAX_PAIR_LENGTH) return false
    return !this.#all().some((quote) => quote.passage.id === passage.id && isInside(other, quote))
  }
}

/** The words that the reader takes for the answer in the sentences of a quote; null where it does not know. */
function wordsThatAnswer(sentences: readonly Candidate[]): Span | null {
  const readings = sentences.flatMap(({ reading }) => reading ?? [])
  const [best] = readings.toSorted((a, b) => b.margin - a.margin)
  return best && best.margin >= MIN_HIGHLIGHT_MARGIN ? best.words : null
}

/** The span from the first start to the last end. */
function joined(a: Span, b: Span): Span {
  return { start: Math.min(a.start, b.start), end: Math.max(a.end, b.end) }
}

function isInside(inner: Span, outer: Span): boolean {
  return outer.start <= inner.start && inner.end <= outer.end
}
