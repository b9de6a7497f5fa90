import { english } from '../../../index/language/en.ts'
import {
  embedQuestion,
  type PairFeatures,
  pairFeatures,
  type PairModels,
  readVouched,
} from '../../../server/vouched/question-pair.ts'
import type { QuestionPair } from './pairs.ts'

/** A pair with its features. */
export interface MeasuredPair extends QuestionPair {
  readonly features: PairFeatures
}

/** How many pairs are compared at the same time, so that no model process waits. */
const AT_ONCE = 4

/** Computes the features of pairs, as the product does. */
export async function measurePairs(
  pairs: readonly QuestionPair[],
  models: PairModels,
): Promise<MeasuredPair[]> {
  const embedded = remembering((text: string) => embedQuestion(text, english, models, {}))
  const readAll = new Map<string, ReturnType<typeof readVouched>>()
  const read = ({ vouched, source }: QuestionPair) => {
    const key = JSON.stringify([vouched, source])
    const known = readAll.get(key) ?? readVouched(vouched, source, english, models, {})
    readAll.set(key, known)
    return known
  }
  const measured: MeasuredPair[] = []
  for (let i = 0; i < pairs.length; i += AT_ONCE) {
    const some = await Promise.all(
      Array.from(pairs.slice(i, i + AT_ONCE), async (pair) => {
        const [asked, vouched] = await Promise.all([embedded(pair.asked), read(pair)])
        const features = await pairFeatures(asked, vouched, english, models, {})
        return Object.assign({ features }, pair)
      }),
    )
    measured.push(...some)
  }
  return measured
}

function remembering<T>(make: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const known = new Map<string, Promise<T>>()
  return (key) => {
    const made = known.get(key) ?? make(key)
    known.set(key, made)
    return made
  }
}
