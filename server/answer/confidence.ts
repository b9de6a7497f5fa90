import type { Candidate } from '../../index/retrieval/candidates.ts'
import { bounded } from '../../index/retrieval/sentence-reading.ts'
import { sigmoid } from '../../index/sigmoid.ts'
import fitted from './calibration.json' with { type: 'json' }

/**
 * The features that the confidence in the first quote is computed from:
 * - `margin`: the reader's margin for the best sentence, in logits, between bounds;
 * - `logit`: the best logit of the cross-encoder;
 * - `overlap`: the share of the question's words in the sentence's passage, title and heading, 0 to 1;
 * - `missingNames`: how many of the question's names and numbers those lack;
 * - `lacksAnswerType`: 1 where the question asks for a number or a time and there is none near the sentence, else 0.
 */
export const FEATURES = ['margin', 'logit', 'overlap', 'missingNames', 'lacksAnswerType'] as const

/** The features of one first quote. */
export type Features = Readonly<Record<(typeof FEATURES)[number], number>>

/** Coefficients of two logistic regressions, which `npm run calibrate` fits on labelled questions. */
export interface Calibration {
  /** That the first quote answers. */
  readonly first: Features & { readonly intercept: number }
  /**
   * That a further quote answers, by how far its score is below that of the first, in logits. With its margin and its
   * evidence, no more further quotes were right.
   */
  readonly further: { readonly gap: number; readonly intercept: number }
}

/** Fitted on all labelled questions. */
export const CALIBRATION: Calibration = fitted.calibration

/**
 * How many wrong answers a refusal costs as much as. A wrong quote costs a look, and a refusal costs reading the documents.
 */
export const REFUSAL_COST = 5.5

/** The confidence that answers need where nobody chose another one: about 1 / (1 + {@link REFUSAL_COST}). */
export const DEFAULT_MIN_CONFIDENCE = 0.155

/** A lower logit of the cross-encoder says no more. */
const LOWEST_LOGIT = -6

/** The probability that the first quote answers, from candidates that come best first. 0 to 1. */
export function firstConfidence(candidates: readonly Candidate[], { first }: Calibration): number {
  const [best] = candidates
  if (!best || best.score === null) return 0
  const features = featuresOf(candidates)
  const logOdds = FEATURES.reduce(
    (sum, feature) => sum + first[feature] * features[feature],
    first.intercept,
  )
  // Below the bounds the fit does not hold. There the margin counts in full, since it is itself log odds.
  const { margin } = best.reading ?? {}
  const beyond = margin === undefined ? 0 : Math.min(0, margin - bounded(margin))
  return sigmoid(logOdds + beyond)
}

/** The probability that a further quote answers; `gap` in logits. 0 to 1. */
export function furtherConfidence(gap: number, { further }: Calibration): number {
  return sigmoid(further.intercept + further.gap * gap)
}

/** The features of the first quote, from candidates that come best first, at least one. */
export function featuresOf(candidates: readonly Candidate[]): Features {
  const [best] = candidates
  if (!best) throw new Error('there is no candidate')
  return {
    margin: bounded(best.reading?.margin),
    logit: Math.max(LOWEST_LOGIT, ...candidates.map(({ logit }) => logit ?? -Infinity)),
    overlap: best.passageOverlap,
    missingNames: best.missingNames,
    lacksAnswerType: Number(best.lacksAnswerType),
  }
}
