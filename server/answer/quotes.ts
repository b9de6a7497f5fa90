import type { Candidate } from '../../index/retrieval/retrieve.ts'
import { sentenceText } from '../../index/retrieval/retrieve.ts'
import { words } from '../../index/retrieval/words.ts'
import type { Span } from '../../index/splitting/span.ts'
import type { StoredPassage } from '../../index/store/store.ts'
import { confidenceOf, evidenceIn } from './confidence.ts'

/** The longest quote of two sentences, in UTF-16 code units; a longer single sentence stands as it is. */
const MAX_JOINED = 400

/**
 * How far below a sentence its neighbour may score, in logits, to be quoted with it. It makes the first
 * quote 60 characters longer and right in 89 rather than 84 % of XQuAD's questions: what a sentence leaves open
 * often stands beside it.
 */
const JOINS_WITHIN = 12

/**
 * How sure a further quote must be, as a share of what the first must be: it is looked at after the first,
 * and where that one is wrong it is right in half of the cases.
 */
const FURTHER = 0.25

/** A verbatim piece of a passage: one sentence, or two neighbours. */
export interface Quote extends Span {
  readonly passage: StoredPassage
  /** Calibrated; 0 to 1. */
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
  /** Its own; null where the cross-encoder did not read it. */
  readonly confidence: number | null
  readonly outcome: Outcome
}

export interface Choice {
  /** Best first, at most `limit`, never overlapping. */
  readonly quotes: readonly Quote[]
  /** Every candidate, in the order in which it came. */
  readonly judged: readonly Judged[]
}

/** The text of a quote, word for word. */
export function quoteText({ passage, start, end }: Quote): string {
  return passage.text.slice(start - passage.start, end - passage.start)
}

/**
 * Chooses what to quote from candidates that come best first: none where the evidence in all of them is
 * below `minConfidence`; else each that is sure enough itself, with its better neighbour where that scores nearly
 * as well, unless a quote says the same already.
 */
export function chooseQuotes(
  candidates: readonly Candidate[],
  { limit, minConfidence }: { limit: number; minConfidence: number },
): Choice {
  const read = candidates.filter(({ logit }) => logit !== null)
  const best = read.length > 0 ? confidenceOf(evidenceIn(read)) : 0
  const quotes: Quote[] = []
  const outcomes = new Map<Candidate, Outcome>()
  for (const candidate of read) {
    if (outcomes.has(candidate)) continue
    const outcome = outcomeOf(candidate)
    outcomes.set(candidate, outcome)
    if (outcome !== 'quoted') continue
    const neighbour = bestNeighbour(
      candidate,
      read.filter((other) => !outcomes.has(other)),
    )
    if (neighbour) outcomes.set(neighbour, 'joined to its neighbour')
    const { passage, sentence } = candidate
    const confidence = quotes.length === 0 ? best : Math.min(best, ownConfidence(candidate))
    quotes.push({
      passage,
      start: Math.min(sentence.start, neighbour?.sentence.start ?? Infinity),
      end: Math.max(sentence.end, neighbour?.sentence.end ?? 0),
      confidence,
    })
  }
  const judged = candidates.map((candidate): Judged => {
    const outcome = outcomes.get(candidate) ?? 'not read by the cross-encoder'
    return {
      candidate,
      confidence: candidate.logit === null ? null : ownConfidence(candidate),
      outcome,
    }
  })
  return { quotes, judged }

  function outcomeOf(candidate: Candidate): Outcome {
    if (best < minConfidence) return 'below the threshold'
    if (quotes.length > 0 && ownConfidence(candidate) < minConfidence * FURTHER) {
      return 'below the threshold'
    }
    const text = sentenceText(candidate.passage, candidate.sentence)
    if (quotes.some((quote) => saysTheSame(quoteText(quote), text))) {
      return 'says the same as a quote'
    }
    return quotes.length === limit ? 'more than was asked for' : 'quoted'
  }
}

function ownConfidence(candidate: Candidate): number {
  return confidenceOf(evidenceIn([candidate]))
}

/** The best of the sentences just before and just after that scores nearly as well, and fits with it. */
function bestNeighbour(
  { passage, sentence, score }: Candidate,
  others: readonly Candidate[],
): Candidate | undefined {
  const at = passage.sentences.findIndex(({ id }) => id === sentence.id)
  const beside = new Set([passage.sentences[at - 1]?.id, passage.sentences[at + 1]?.id])
  return others.find((other) => {
    const length =
      Math.max(sentence.end, other.sentence.end) - Math.min(sentence.start, other.sentence.start)
    const gap = (score ?? 0) - (other.score ?? -Infinity)
    return beside.has(other.sentence.id) && length <= MAX_JOINED && gap <= JOINS_WITHIN
  })
}

/** Whether one text has the words of the other, in their order: only case, accents and punctuation differ. */
function saysTheSame(a: string, b: string): boolean {
  const [left, right] = [` ${words(a).join(' ')} `, ` ${words(b).join(' ')} `]
  return left.includes(right) || right.includes(left)
}
