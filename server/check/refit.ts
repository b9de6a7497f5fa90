import type { CheckResult } from './run.ts'

/** What a threshold would do on the questions of a run. */
export interface ThresholdOutcome {
  /** 0 to 1. */
  readonly threshold: number
  /** Questions that would get an expected quote. */
  readonly right: number
  /** Questions that would get quotes, none of them an expected one. */
  readonly wrong: number
  /** Questions that would be refused although the documents answer them. */
  readonly refused: number
  /** Those of them whose expected quote was found, so that only the threshold keeps it from people. */
  readonly withheld: number
  /** In wrong answers: each wrong answer, and `refusalCost` for each that is withheld. */
  readonly cost: number
}

/** The threshold that fits the questions of a run best. */
export interface Refit {
  /** How many questions it is fitted to. */
  readonly questions: number
  /** Whether these are too few to say much. */
  readonly areFew: boolean
  readonly inUse: ThresholdOutcome
  /** The one with the least cost; that in use where no other has less. */
  readonly proposed: ThresholdOutcome
  /**
   * The cost if each question were answered by a threshold that was fitted to the other questions: what can be expected of
   * questions that nobody entered. Where it is no less than the cost of the threshold in use, the proposal fits chance.
   */
  readonly leftOutCost: number
  /** Some thresholds, those in use and proposed among them, the lowest first. */
  readonly outcomes: readonly ThresholdOutcome[]
}

export interface RefitOptions {
  /** How many wrong answers a refusal costs as much as. */
  readonly refusalCost: number
  /** The threshold in use, 0 to 1. */
  readonly inUse: number
}

/** With fewer questions, one more or less may move the threshold far. */
const FEW_QUESTIONS = 30

/** Sums of the same costs in another order may differ by less than this. */
const ROUNDING = 1e-9

/** The thresholds that are always shown. */
const SHOWN_THRESHOLDS = [0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]

/** A question with the best quote that was found for it. */
interface Case {
  /** That the quote answers; 0 to 1. */
  readonly confidence: number
  /** Whether the quotes that would be given have an expected one. */
  readonly isRight: boolean
  readonly isAnswerable: boolean
}

/**
 * Fits the threshold to the results of a run. Which quotes were found does not depend on the threshold, so no question is asked
 * again.
 */
export function refit(results: readonly CheckResult[], options: RefitOptions): Refit {
  const cases = results
    .filter(({ outcome }) => outcome !== 'failed')
    .map(({ confidence, rank, isAnswerable, first }): Case => {
      // Where nothing was found, no threshold gives an answer.
      return { confidence: first ? confidence : -1, isRight: rank !== null, isAnswerable }
    })
    .toSorted((a, b) => a.confidence - b.confidence)
  const { refusalCost } = options
  const proposed = bestThreshold(cases, options)
  const shown = new Set([...SHOWN_THRESHOLDS, options.inUse, proposed])
  const outcomeAt = (threshold: number) => outcomeOf(cases, threshold, refusalCost)
  return {
    questions: cases.length,
    areFew: cases.length < FEW_QUESTIONS,
    inUse: outcomeAt(options.inUse),
    proposed: outcomeAt(proposed),
    leftOutCost: leftOutCost(cases, options),
    outcomes: [...shown].toSorted((a, b) => a - b).map(outcomeAt),
  }
}

function outcomeOf(
  cases: readonly Case[],
  threshold: number,
  refusalCost: number,
): ThresholdOutcome {
  const given = cases.filter(({ confidence }) => confidence >= threshold)
  const kept = cases.filter(({ confidence }) => confidence < threshold)
  const right = given.filter(({ isRight }) => isRight).length
  const wrong = given.length - right
  const withheld = kept.filter(({ isRight }) => isRight).length
  return {
    threshold,
    right,
    wrong,
    refused: kept.filter(({ isAnswerable }) => isAnswerable).length,
    withheld,
    cost: wrong + refusalCost * withheld,
  }
}

/**
 * The threshold with the least cost for all cases but `left`. Of several, the one in use, or else the one nearest to what
 * calibrated confidences need: 1 / (1 + `refusalCost`). `cases` come by their confidence.
 */
function bestThreshold(
  cases: readonly Case[],
  { refusalCost, inUse }: RefitOptions,
  left: Case | null = null,
): number {
  const calibrated = 1 / (1 + refusalCost)
  let cost = 0
  let costInUse = 0
  for (const each of cases) {
    if (each === left) continue
    cost += costAt(0, each, refusalCost)
    costInUse += costAt(inUse, each, refusalCost)
  }
  let least = Infinity
  let best = inUse
  let low = 0
  for (let i = 0; i <= cases.length; i += 1) {
    const next = cases[i]
    if (next && (next === left || next.confidence < 0)) continue
    // A threshold above `low` and up to `high` refuses the cases before `next`.
    const high = next?.confidence ?? 1
    if ((high > low || high === 0) && cost <= least) {
      const threshold = within(low, high, calibrated)
      const isNearer = Math.abs(threshold - calibrated) < Math.abs(best - calibrated)
      if (cost < least || isNearer) best = threshold
      least = cost
    }
    low = high
    cost += next?.isRight ? refusalCost : -1
  }
  return costInUse <= least + ROUNDING ? inUse : best
}

/** What a case costs with a threshold. */
function costAt(threshold: number, { confidence, isRight }: Case, refusalCost: number): number {
  if (confidence < threshold) return isRight ? refusalCost : 0
  return isRight ? 0 : 1
}

/** A threshold above `low` and up to `high`: the wanted one, or else the one in the middle, with few digits if it can be. */
function within(low: number, high: number, wanted: number): number {
  const isInside = (threshold: number) => low < threshold && threshold <= high
  const chosen = isInside(wanted) ? wanted : (low + high) / 2
  const rounded = Math.round(chosen * 1000) / 1000
  return isInside(rounded) ? rounded : chosen
}

function leftOutCost(cases: readonly Case[], options: RefitOptions): number {
  return cases.reduce((sum, left) => {
    return sum + costAt(bestThreshold(cases, options, left), left, options.refusalCost)
  }, 0)
}
