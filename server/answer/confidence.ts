/**
 * The logit at which a sentence is as likely to answer as not, and how many logits make the odds e times
 * better.
 */
const EVEN_LOGIT = -1
const LOGITS_PER_STEP = 1.5

/** The probability that a sentence with this logit of the cross-encoder answers the question. */
export function confidenceOf(logit: number): number {
  return 1 / (1 + Math.exp(-(logit - EVEN_LOGIT) / LOGITS_PER_STEP))
}
