import { sigmoid } from '../../../index/sigmoid.ts'
import { type BoostedTrees, logOddsOf, type Tree } from '../../../server/vouched/boosted-trees.ts'
import { randomNumbers } from '../../benchmark/random.ts'
import { percentile } from '../../statistics.ts'

/** A labelled example. */
export interface TreeExample {
  readonly features: Readonly<Record<string, number>>
  readonly isTrue: boolean
}

/** How trees are grown. Deeper trees found no more paraphrases at the same share of wrong ones, on texts that were not fitted on. */
const GROWTH = { rounds: 300, rate: 0.06, depth: 3, leastInLeaf: 8, ridge: 1 }

/**
 * Each tree is grown on a part of the examples, by a part of the features, both chosen by chance: 5 points more of the paraphrases are
 * then found at the same share of wrong ones.
 */
const PARTS = { examples: 0.5, features: 0.3 }

/** For the choice of these parts, so that each run chooses the same. */
const SEED = 11

/** How many values of a feature are tried as the place of a split. */
const SPLITS = 24

/** An example while trees are grown, with the derivatives of its loss. */
interface Residual {
  readonly features: Readonly<Record<string, number>>
  readonly gradient: number
  readonly curvature: number
}

/** Gradient boosting of the logistic loss with Newton's step in each leaf (Friedman 2001; Chen and Guestrin 2016). */
export function fitBoostedTrees(examples: readonly TreeExample[]): BoostedTrees {
  const share = examples.filter(({ isTrue }) => isTrue).length / examples.length
  const base = Math.log(share / (1 - share))
  const names = Object.keys(examples[0]?.features ?? {})
  const splits = new Map(names.map((name) => [name, splitsOf(name, examples)]))
  const trees: Tree[] = []
  const random = randomNumbers(SEED)
  const logOdds = examples.map(() => base)
  for (let round = 0; round < GROWTH.rounds; round += 1) {
    const residuals = examples.map(({ features, isTrue }, i) => {
      const p = sigmoid(logOdds[i] ?? 0)
      return { features, gradient: Number(isTrue) - p, curvature: p * (1 - p) }
    })
    const tree = grow(
      residuals.filter(() => random() < PARTS.examples),
      new Map([...splits].filter(() => random() < PARTS.features)),
    )
    trees.push(tree)
    for (const [i, { features }] of examples.entries()) {
      logOdds[i] = (logOdds[i] ?? 0) + logOddsOf(features, { base: 0, trees: [tree] })
    }
  }
  return { base, trees }
}

/** Values of a feature that divide the examples into parts of about the same size. */
function splitsOf(name: string, examples: readonly TreeExample[]): number[] {
  const values = examples.map(({ features }) => features[name] ?? 0)
  const shares = Array.from({ length: SPLITS }, (_, i) => (i + 1) / (SPLITS + 1))
  return [...new Set(shares.map((share) => percentile(values, share)))]
}

type Splits = ReadonlyMap<string, readonly number[]>

/** Grows a tree level by level. A part that no split improves is not divided: all of it goes to the left. */
function grow(residuals: readonly Residual[], splits: Splits): Tree {
  const chosen: Tree['splits'][number][] = []
  let parts: (readonly Residual[])[] = [residuals]
  for (let level = 0; level < GROWTH.depth; level += 1) {
    const ofLevel = parts.map((part) => bestSplit(part, splits))
    chosen.push(...ofLevel)
    parts = parts.flatMap((part, i) => divided(part, ofLevel[i] ?? NO_SPLIT))
  }
  return {
    splits: chosen,
    leaves: parts.map((part) => Number((GROWTH.rate * stepOf(sums(part))).toPrecision(4))),
  }
}

/** No example has this feature. */
const NO_SPLIT = { feature: '', above: 0 }

function divided(part: readonly Residual[], { feature, above }: Tree['splits'][number]) {
  const isAbove = ({ features }: Residual) => (features[feature] ?? 0) > above
  return [part.filter((each) => !isAbove(each)), part.filter(isAbove)]
}

interface Sums {
  readonly gradient: number
  readonly curvature: number
  readonly count: number
}

function bestSplit(residuals: readonly Residual[], splits: Splits): Tree['splits'][number] {
  const all = sums(residuals)
  let best = { ...NO_SPLIT, gain: 0 }
  for (const [feature, values] of splits) {
    for (const above of values) {
      const yes = sums(residuals, feature, above)
      const no = {
        gradient: all.gradient - yes.gradient,
        curvature: all.curvature - yes.curvature,
        count: all.count - yes.count,
      }
      if (Math.min(yes.count, no.count) < GROWTH.leastInLeaf) continue
      const gain = scoreOf(yes) + scoreOf(no) - scoreOf(all)
      if (gain > best.gain) best = { feature, above, gain }
    }
  }
  return { feature: best.feature, above: best.above }
}

/** The sums over the residuals whose feature is above a value; over all where none is given. */
function sums(residuals: readonly Residual[], feature?: string, above = 0): Sums {
  let [gradient, curvature, count] = [0, 0, 0]
  for (const each of residuals) {
    if (feature !== undefined && (each.features[feature] ?? 0) <= above) continue
    gradient += each.gradient
    curvature += each.curvature
    count += 1
  }
  return { gradient, curvature, count }
}

function stepOf({ gradient, curvature }: Sums): number {
  return gradient / (curvature + GROWTH.ridge)
}

function scoreOf({ gradient, curvature }: Sums): number {
  return gradient ** 2 / (curvature + GROWTH.ridge)
}
