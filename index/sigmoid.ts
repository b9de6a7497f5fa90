/** The probability that log odds stand for, such as a logit of the cross-encoder; 0 to 1. */
export function sigmoid(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds))
}
