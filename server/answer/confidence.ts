import type { Inference } from '../../index/inference/inference.ts'
import { type Candidate, rerankerText } from '../../index/retrieval/retrieve.ts'
import fitted from './calibration.json' with { type: 'json' }

/**
 * The features that the confidence is computed from:
 * - `logit`: the best logit of the cross-encoder;
 * - `cosine`: the best cosine between a sentence and the question;
 * - `overlap`: the share of the question's words in the best sentence's passage, title and heading, 0 to 1;
 * - `missingNames`: how many of the question's names and numbers those lack;
 * - `lacksAnswerType`: 1 where the question asks for a number or a time and there is none near the best sentence, else 0.
 */
export const FEATURES = ['logit', 'cosine', 'overlap', 'missingNames', 'lacksAnswerType'] as const

/** The value of each feature for one question. */
export type Evidence = Readonly<Record<(typeof FEATURES)[number], number>>

/** Coefficients of two logistic regressions, which `npm run calibrate` fits on labelled questions. */
export interface Calibration {
  /** For the first quote: that it answers, by its evidence. */
  readonly first: Evidence & { readonly intercept: number }
  /** For a further quote: that it answers, by how far its score is below the score of the first, in logits. */
  readonly further: { readonly gap: number; readonly intercept: number }
}

/** Fitted on all labelled questions. */
export const CALIBRATION: Calibration = fitted.calibration

/**
 * Where the confidence from single sentences lies between these, the passage of the best one is read whole too. Of 1,224
 * questions on XQuAD's articles and on others it was read for 55. At 1 % of false answers, refusals fell from 2.5 to 2.1 %.
 */
const UNCERTAIN = { above: 0.1, below: 0.5 }

/** The evidence of candidates, best first, of which the cross-encoder read at least one. */
export function evidenceIn(candidates: readonly Candidate[]): Evidence {
  const [best] = candidates
  return {
    logit: Math.max(...candidates.map(({ logit }) => logit ?? -Infinity)),
    cosine: Math.max(
      ...candidates.map(({ distance, logit }) => (logit === null ? 0 : 1 - distance)),
    ),
    overlap: best?.passageOverlap ?? 0,
    missingNames: best?.missingNames ?? 0,
    lacksAnswerType: Number(best?.lacksAnswerType ?? false),
  }
}

/** The probability that the first quote answers, and how many passages were read for it. */
export async function estimateConfidence(
  question: string,
  candidates: readonly Candidate[],
  { inference, calibration }: { inference: Inference; calibration: Calibration },
): Promise<{ confidence: number; passagesRead: number }> {
  const [best] = candidates
  if (!best) return { confidence: 0, passagesRead: 0 }
  const evidence = evidenceIn(candidates)
  const confidence = confidenceOf(evidence, calibration)
  if (confidence <= UNCERTAIN.above || confidence >= UNCERTAIN.below)
    return { confidence, passagesRead: 0 }
  const { text } = rerankerText(best.passage, best.passage)
  const [whole = -Infinity] = await inference.score(question, [text])
  const logit = Math.max(evidence.logit, whole)
  return { confidence: confidenceOf({ ...evidence, logit }, calibration), passagesRead: 1 }
}

/** The probability that a further quote answers; `gap` in logits. */
export function furtherConfidence(gap: number, { further }: Calibration): number {
  return sigmoid(further.intercept + further.gap * gap)
}

function confidenceOf(evidence: Evidence, { first }: Calibration): number {
  return sigmoid(
    FEATURES.reduce((sum, feature) => sum + first[feature] * evidence[feature], first.intercept),
  )
}

function sigmoid(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds))
}
