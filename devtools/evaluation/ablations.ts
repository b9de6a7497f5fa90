import type { Inference } from '../../index/inference/inference.ts'
import { cosine } from '../../index/cosine.ts'
import { fuse } from '../../index/retrieval/fusion.ts'
import { languageOfQuestion } from '../../index/language/languages.ts'
import { findTopic } from '../../index/retrieval/topic.ts'
import type { Span } from '../../index/span.ts'
import type { Store, StoredPassage, StoredSentence } from '../../index/storage/storage.ts'
import type { Config } from '../../server/config.ts'
import { askAll, isRight } from './ask-all.ts'
import type { Gold } from './dataset.ts'
import { areaUnderRoc, mean, percentOf } from './metrics.ts'
import type { Figures } from './report.ts'
import type { Round } from './rounds.ts'

type Found = Span & { readonly passage: StoredPassage }

type Worth = (passage: StoredPassage, sentence: StoredSentence) => number | Promise<number>

/** What a method would quote, best first, and how much the best of it speaks for an answer. */
interface Method {
  readonly quotes: readonly Found[]
  readonly evidence: number
}

interface Compared {
  readonly gold: Gold | null
  readonly methods: Readonly<Record<string, Method>>
}

const QUOTES = 3
const DEPTH = 50

/**
 * What single methods would quote, never refusing: the sentences nearest by vector, or those of the best
 * passage, by their words for BM25 and by their vectors for both fused. Whether they could have refused is told
 * by their evidence: the share of the question's words in that passage, or the best cosine.
 */
export async function ablate(
  rounds: readonly Round[],
  config: Config,
  inference: Inference,
): Promise<Record<string, Figures>> {
  const compared = await askAll(
    rounds,
    config,
    inference,
    async ({ question, gold }, store): Promise<Compared> => ({
      gold,
      methods: await findByEach(question, store, inference),
    }),
  )
  const all = compared.flat()
  const names = Object.keys(all[0]?.methods ?? {})
  return Object.fromEntries(names.map((name) => [name, figuresOf(name, all)]))
}

function figuresOf(name: string, compared: readonly Compared[]): Figures {
  const answerable = compared.flatMap(({ gold, methods }) => {
    const quotes = methods[name]?.quotes ?? []
    return gold === null ? [] : { quotes, right: quotes.findIndex((quote) => isRight(quote, gold)) }
  })
  return {
    questions: answerable.length,
    'quote@1': percentOf(answerable, ({ right }) => right === 0),
    'quote@3': percentOf(answerable, ({ right }) => right !== -1),
    'questions about other articles': compared.length - answerable.length,
    'first quote, characters': mean(
      answerable.flatMap(({ quotes: [first] }) => (first ? first.end - first.start : [])),
    ),
    'pairs a question': 0,
    'refusal, area under ROC': areaUnderRoc(
      compared.map(({ gold, methods }) => ({
        confidence: methods[name]?.evidence ?? 0,
        right: gold !== null,
      })),
    ),
  }
}

async function findByEach(
  question: string,
  store: Store,
  inference: Inference,
): Promise<Record<string, Method>> {
  const [vector = new Float32Array()] = await inference.embed([question])
  const language = languageOfQuestion(question, await store.languages(null))
  const topic = await findTopic(question, language, store)
  const byWords = await store.findPassages(topic.stems, DEPTH, null)
  const nearest = await store.findSentences(vector, DEPTH, null)
  const byVectors = [...new Set(nearest.map(({ passageId }) => passageId))]
  const fused = fuse([byWords, byVectors]).map(({ item }) => item)

  const overlapOf: Worth = ({ text, start }, sentence) =>
    topic.overlap(text.slice(sentence.start - start, sentence.end - start))
  const cosineOf: Worth = async (_, sentence) => {
    const [own = new Float32Array()] = await store.vectors([sentence.id])
    return cosine(vector, own)
  }
  return {
    'BM25 alone': await bestSentences(await store.passages(byWords.slice(0, 1)), overlapOf),
    'vectors alone': await bestSentences(
      await store.passages(byVectors.slice(0, QUOTES)),
      cosineOf,
    ),
    fused: await bestSentences(await store.passages(fused.slice(0, 1)), cosineOf),
  }
}

async function bestSentences(passages: readonly StoredPassage[], worth: Worth): Promise<Method> {
  const sentences = passages.flatMap((passage) =>
    passage.sentences.map(async (sentence) => {
      const { start, end } = sentence
      return { passage, start, end, worth: await worth(passage, sentence) }
    }),
  )
  const ranked = (await Promise.all(sentences)).toSorted((a, b) => b.worth - a.worth)
  return { quotes: ranked.slice(0, QUOTES), evidence: ranked[0]?.worth ?? 0 }
}
