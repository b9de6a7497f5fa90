import type { Inference } from '../../index/inference/inference.ts'
import { fuse } from '../../index/retrieval/fusion.ts'
import { findTopic } from '../../index/retrieval/topic.ts'
import type { Span } from '../../index/splitting/span.ts'
import type { Store, StoredPassage } from '../../index/store/store.ts'
import type { Config } from '../../server/config.ts'
import { askAll, isRight } from './ask-all.ts'
import type { EvaluationQuestion, EvaluationSet } from './dataset.ts'
import { mean, percentOf } from './metrics.ts'
import type { Figures } from './report.ts'
import { ofAll } from './rounds.ts'

type Found = Span & { readonly passage: StoredPassage }

const QUOTES = 3
const DEPTH = 50

/**
 * What single methods would quote, never refusing: the sentences nearest by vector, or those of the best
 * passage, by their words for BM25 and by their vectors for both fused.
 */
export async function ablate(
  set: EvaluationSet,
  questions: readonly EvaluationQuestion[],
  config: Config,
  inference: Inference,
): Promise<Record<string, Partial<Figures>>> {
  const [found = []] = await askAll(
    set,
    [ofAll(questions)],
    config,
    inference,
    async (question, store) => ({
      question,
      methods: await findByEach(question.question, store, inference),
    }),
    () => {},
  )
  const answerable = found.filter(({ question }) => question.gold !== null)
  const methods = [...(found[0]?.methods.keys() ?? [])]
  return Object.fromEntries(
    methods.map((method) => {
      const isHit = ({ question, methods: by }: (typeof found)[number], k: number) =>
        (by.get(method) ?? [])
          .slice(0, k)
          .some((quote) => question.gold !== null && isRight(quote, question.gold))
      const lengths = answerable.flatMap(({ methods: by }) => {
        const first = by.get(method)?.[0]
        return first ? first.end - first.start : []
      })
      return [
        method,
        {
          questions: answerable.length,
          'quote@1': percentOf(answerable, (each) => isHit(each, 1)),
          'quote@3': percentOf(answerable, (each) => isHit(each, QUOTES)),
          'first quote, characters': mean(lengths),
          'pairs a question': 0,
        },
      ]
    }),
  )
}

async function findByEach(
  question: string,
  store: Store,
  inference: Inference,
): Promise<Map<string, Found[]>> {
  const [vector = new Float32Array()] = await inference.embed([question])
  const topic = await findTopic(question, store)
  const byWords = await store.findPassages(topic.words, DEPTH, null)
  const nearest = await store.findSentences(vector, DEPTH, null)
  const byVectors = [...new Set(nearest.map(({ passageId }) => passageId))]
  const fused = fuse([byWords, byVectors]).map(({ item }) => item)

  const overlapIn = ({ text, start }: StoredPassage, sentence: Span) =>
    topic.overlap(text.slice(sentence.start - start, sentence.end - start))
  const cosineOf = (_: StoredPassage, sentence: { vector: Float32Array }) =>
    sentence.vector.reduce((sum, value, i) => sum + value * (vector[i] ?? 0), 0)
  const bestOf = async (
    passageId: number | undefined,
    worth: (passage: StoredPassage, sentence: StoredPassage['sentences'][number]) => number,
  ) => {
    const passages = await store.passages(passageId === undefined ? [] : [passageId])
    return passages.flatMap((passage) =>
      passage.sentences
        .toSorted((a, b) => worth(passage, b) - worth(passage, a))
        .slice(0, QUOTES)
        .map(({ start, end }) => ({ passage, start, end })),
    )
  }
  const around = await store.passages(nearest.slice(0, QUOTES).map(({ passageId }) => passageId))
  const nearestSentences = nearest.slice(0, QUOTES).flatMap(({ sentenceId }, i) => {
    const passage = around[i]
    const sentence = passage?.sentences.find(({ id }) => id === sentenceId)
    return passage && sentence ? [{ passage, start: sentence.start, end: sentence.end }] : []
  })
  return new Map([
    ['BM25 alone', await bestOf(byWords[0], overlapIn)],
    ['vectors alone', nearestSentences],
    ['fused', await bestOf(fused[0], cosineOf)],
  ])
}
