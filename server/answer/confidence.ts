import type { Candidate } from '../../index/retrieval/retrieve.ts'
import calibration from './calibration.json' with { type: 'json' }

/** What tells how likely quoted sentences answer the question. */
export interface Evidence {
  /** The cross-encoder's best logit. */
  readonly logit: number
  /** The best cosine of a sentence and the question. */
  readonly cosine: number
  /** The share of the question's words that the passage, its title and its heading have; 0 to 1. */
  readonly overlap: number
  /** 1 where the question asks for a number or a time and the best sentence has none near it, else 0. */
  readonly lacksAnswerType: number
}

export type Coefficients = { readonly [Feature in keyof Evidence]: number } & {
  readonly intercept: number
}

/** The evidence in candidates that the cross-encoder read; that of the first one's passage counts. */
export function evidenceIn(read: readonly Candidate[]): Evidence {
  return {
    logit: Math.max(...read.map(({ logit }) => logit ?? -Infinity)),
    cosine: Math.max(...read.map(({ distance }) => 1 - distance)),
    overlap: read[0]?.passageOverlap ?? 0,
    lacksAnswerType: Number(read[0]?.lacksAnswerType ?? false),
  }
}

/**
 * The probability that what is quoted on this evidence answers the question: a logistic regression, whose
 * coefficients `npm run calibrate` fits on labelled questions.
 */
export function confidenceOf(
  evidence: Evidence,
  coefficients: Coefficients = calibration.coefficients,
): number {
  const logOdds =
    coefficients.intercept +
    coefficients.logit * evidence.logit +
    coefficients.cosine * evidence.cosine +
    coefficients.overlap * evidence.overlap +
    coefficients.lacksAnswerType * evidence.lacksAnswerType
  return 1 / (1 + Math.exp(-logOdds))
}
