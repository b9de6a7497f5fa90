import type { Inference } from '../../index/inference/inference.ts'
import type { Store } from '../../index/storage/storage.ts'
import { type Finding, type FoundPlace, NOT_FOUND } from './finding.ts'
import type { Unit } from './find-words.ts'

const MAX_SIMILAR = 3

/** Finds the sentences whose embeddings are nearest to that of a sentence or a quotation, down to a cosine of `threshold`. */
export async function findSimilar(
  { text }: Unit,
  { threshold, documentIds }: { threshold: number; documentIds: readonly string[] | null },
  { store, inference }: { store: Store; inference: Inference },
): Promise<Finding> {
  const [vector] = await inference.embed([text])
  if (!vector) throw new Error('the sentence has no embedding')
  const nearest = await store.findSentences(vector, MAX_SIMILAR, documentIds)
  const near = nearest.filter(({ distance }) => 1 - distance >= threshold)
  const passages = await store.passages(near.map(({ passageId }) => passageId))
  const places = near.flatMap(({ passageId, sentenceId, distance }): FoundPlace[] => {
    const passage = passages.find(({ id }) => id === passageId)
    const sentences = passage?.sentences.find(({ id }) => id === sentenceId)
    return passage && sentences
      ? [{ passage, sentences, words: null, confidence: Math.min(1, 1 - distance) }]
      : []
  })
  const [first] = places
  if (!first) return NOT_FOUND
  return { verdict: 'similar', confidence: first.confidence, differences: [], places }
}
