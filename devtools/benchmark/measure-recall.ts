import type { Store } from '../../index/storage/storage.ts'
import { mean } from '../statistics.ts'

/** How many questions are also searched for exactly, which is slow. */
export const EXACT_QUESTIONS = 100

/** How many nearest sentences recall is computed on. */
export const RECALL_DEPTH = 10

/**
 * The share of the nearest sentences that a store finds, 0 to 1; `nearest` has the ids of the {@link RECALL_DEPTH} nearest to
 * each vector.
 */
export async function measureRecall(
  vectors: readonly Float32Array[],
  nearest: readonly ReadonlySet<number>[],
  store: Store,
): Promise<number> {
  const recalls: number[] = []
  for (const [i, vector] of vectors.entries()) {
    const found = await store.findSentences(vector, RECALL_DEPTH, null)
    const right = found.filter(({ sentenceId }) => nearest[i]?.has(sentenceId))
    recalls.push(right.length / RECALL_DEPTH)
  }
  return mean(recalls)
}
