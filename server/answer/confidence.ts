import type { Inference } from '../../index/inference/inference.ts'
import { type Candidate, rerankerText } from '../../index/retrieval/retrieve.ts'
import fitted from './calibration.json' with { type: 'json' }

/**
 * What tells how likely quoted sentences answer the question: the cross-encoder's best logit; the best cosine
 * of a sentence and the question; of the best sentence's passage, title and heading, the share of the question's
 * words that they have (`overlap`, 0 to 1) and how many of its names and numbers they have not
 * (`missingNames`); and 1 where the question asks for a number or a time and there is none near the best sentence
 * (`lacksAnswerType`).
 */
export const FEATURES = ['logit', 'cosine', 'overlap', 'missingNames', 'lacksAnswerType'] as const

export type Evidence = Readonly<Record<(typeof FEATURES)[number], number>>

/** Coefficients of two logistic regressions, which `npm run calibrate` fits on labelled questions. */
export interface Calibration {
  /** Whether the first quote answers. */
  readonly first: Evidence & { readonly intercept: number }
  /** Whether a further quote does, by how far its score is below the first one's, in logits. */
  readonly further: { readonly gap: number; readonly intercept: number }
}

/** Fitted on all labelled questions. */
export const CALIBRATION: Calibration = fitted.calibration

/**
 * Where the confidence from sentences leaves open whether they answer, the best one's passage is read whole as
 * well. Of 1,224 questions on XQuAD's articles and on others it was read for 55; at 1 % of false answers, refusals
 * fell from 2.5 to 2.1 %.
 */
const OPEN = { from: 0.1, to: 0.5 }

/** The evidence in candidates of which the cross-encoder read at least one; best first. */
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
export async function judge(
  question: string,
  candidates: readonly Candidate[],
  { inference, calibration }: { inference: Inference; calibration: Calibration },
): Promise<{ confidence: number; passagesRead: number }> {
  const [best] = candidates
  if (!best) return { confidence: 0, passagesRead: 0 }
  const evidence = evidenceIn(candidates)
  const confidence = confidenceOf(evidence, calibration)
  if (confidence <= OPEN.from || confidence >= OPEN.to) return { confidence, passagesRead: 0 }
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
