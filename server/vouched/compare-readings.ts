import type { Reading } from '../../index/inference/types.ts'

/** How far two questions find the same answer in one text. */
export interface Agreement {
  /** How alike the two are in where the words that answer start and end, 0 to 1. */
  readonly sameWords: number
  /** 1 where the likeliest words of either are the same or overlap, else 0. */
  readonly overlap: number
  /** The correlation of how far each token belongs to a sentence that answers, -1 to 1. */
  readonly sameSentence: number
  /** By how much the asked question prefers its own likeliest words to those of the vouched one, in logits; 0 or more. */
  readonly askedGap: number
  /** The same for the vouched question. */
  readonly vouchedGap: number
  /** By how much the likeliest words after the asked question are likelier than "nothing here answers", in logits. */
  readonly askedMargin: number
  /** The same after the vouched question. */
  readonly vouchedMargin: number
}

/** The longest answer, in tokens. */
const MAX_ANSWER_TOKENS = 24

/** Compares what the reader made of one text after the asked and after the vouched question. */
export function compareReadings(asked: Reading, vouched: Reading): Agreement {
  // A longer question leaves less room for the text.
  const tokens = Math.min(asked.starts.length, vouched.starts.length)
  const [a, v] = [cut(asked, tokens), cut(vouched, tokens)]
  const [bestA, bestV] = [likeliest(a), likeliest(v)]
  return {
    sameWords: likeness(a.starts, v.starts) * likeness(a.ends, v.ends),
    overlap: Number(bestA.from <= bestV.to && bestV.from <= bestA.to),
    sameSentence: correlation(a.evidence, v.evidence),
    askedGap: bestA.logit - logitOf(a, bestV),
    vouchedGap: bestV.logit - logitOf(v, bestA),
    askedMargin: bestA.logit - asked.notHere,
    vouchedMargin: bestV.logit - vouched.notHere,
  }
}

type Logits = Pick<Reading, 'starts' | 'ends' | 'evidence'>

/** Words, by their first and their last token. */
interface Words {
  readonly from: number
  readonly to: number
}

function cut({ starts, ends, evidence }: Reading, tokens: number): Logits {
  return {
    starts: starts.subarray(0, tokens),
    ends: ends.subarray(0, tokens),
    evidence: evidence.subarray(0, tokens),
  }
}

function logitOf({ starts, ends }: Logits, { from, to }: Words): number {
  return (starts[from] ?? 0) + (ends[to] ?? 0)
}

function likeliest(logits: Logits): Words & { readonly logit: number } {
  let best = { from: 0, to: 0, logit: -Infinity }
  for (let from = 0; from < logits.starts.length; from += 1) {
    const last = Math.min(logits.ends.length, from + MAX_ANSWER_TOKENS)
    for (let to = from; to < last; to += 1) {
      const logit = logitOf(logits, { from, to })
      if (logit > best.logit) best = { from, to, logit }
    }
  }
  return best
}

/** The Bhattacharyya coefficient of the two distributions over the tokens that logits give; 0 to 1. */
function likeness(a: Float32Array, b: Float32Array): number {
  const [p, q] = [probabilities(a), probabilities(b)]
  return p.reduce((sum, value, i) => sum + Math.sqrt(value * (q[i] ?? 0)), 0)
}

function probabilities(logits: Float32Array): Float64Array {
  const highest = logits.reduce((max, logit) => Math.max(max, logit), -Infinity)
  const odds = Float64Array.from(logits, (logit) => Math.exp(logit - highest))
  const total = odds.reduce((sum, each) => sum + each, 0)
  return odds.map((each) => each / total)
}

/** Pearson's correlation; 0 where one does not vary. */
function correlation(a: Float32Array, b: Float32Array): number {
  const [x, y] = [centred(a), centred(b)]
  const spread = Math.sqrt(product(x, x) * product(y, y))
  return spread === 0 ? 0 : product(x, y) / spread
}

function product(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0)
}

function centred(values: Float32Array): Float64Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
  return Float64Array.from(values, (value) => value - mean)
}
