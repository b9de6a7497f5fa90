import { buildIndex } from '../../index/build.ts'
import type { Inference } from '../../index/inference/inference.ts'
import { cosine } from '../../index/cosine.ts'
import { languageOfQuestion } from '../../index/language/languages.ts'
import { fuse } from '../../index/retrieval/fusion.ts'
import { findTopic } from '../../index/retrieval/topic.ts'
import type { Span } from '../../index/span.ts'
import type { Store, StoredPassage, StoredSentence } from '../../index/storage/storage.ts'
import type { Config } from '../../server/config.ts'
import { embeddedEngine } from '../../server/engine.ts'
import { mean, percentOf } from '../statistics.ts'
import { type Asking, askRounds } from './ask-rounds.ts'
import type { Gold } from './dataset.ts'
import { areaUnderRoc } from './metrics.ts'
import { isRight } from './outcome.ts'
import type { Figures } from './report.ts'
import type { Round } from './rounds.ts'

type FoundSpan = Span & { readonly passage: StoredPassage }

/** How well a sentence matches the question. */
type SentenceScore = (passage: StoredPassage, sentence: StoredSentence) => number | Promise<number>

/** The quotes that a single method would give, best first. */
interface MethodResult {
  readonly quotes: readonly FoundSpan[]
  /** The score of the best quote, by which the method could refuse a question. */
  readonly evidence: number
}

interface Comparison {
  readonly gold: Gold | null
  readonly methods: Readonly<Record<string, MethodResult>>
}

const QUOTES = 3

/** How many passages and sentences each search gives. */
const DEPTH = 50

/**
 * The figures of single methods, none of which refuses. BM25 alone quotes the sentences of the best
 * passage that share most words with the question; vectors alone quotes the nearest sentences; the
 * fusion of both quotes the nearest sentences of the best passage. How well a method could have
 * refused is measured by its evidence: the share of the question's words in the best sentence, or
 * the best cosine.
 */
export async function ablate(
  rounds: readonly Round[],
  asking: Asking,
): Promise<Record<string, Figures>> {
  const compared = await askRounds(
    rounds,
    asking,
    (config) => openIndex(config, asking.inference),
    async ({ question, gold }, store): Promise<Comparison> => ({
      gold,
      methods: await runMethods(question, store, asking.inference),
    }),
  )
  const all = compared.flat()
  const names = Object.keys(all[0]?.methods ?? {})
  return Object.fromEntries(names.map((name) => [name, figuresOf(name, all)]))
}

async function openIndex(config: Config, inference: Inference): Promise<Store> {
  const { documentsDir, inference: models } = config
  const storage = embeddedEngine(config).storage
  await buildIndex({ documentsDir, storage, models, inference: async () => inference })
  return storage.open()
}

function figuresOf(name: string, compared: readonly Comparison[]): Figures {
  const answerable = compared.flatMap(({ gold, methods }) => {
    const quotes = methods[name]?.quotes ?? []
    return gold === null ? [] : { quotes, right: quotes.findIndex((quote) => isRight(quote, gold)) }
  })
  return {
    questions: answerable.length,
    'quote@1': percentOf(answerable, ({ right }) => right === 0),
    'quote@3': percentOf(answerable, ({ right }) => right !== -1),
    'questions without an answer': compared.length - answerable.length,
    'first quote, characters': mean(
      answerable.flatMap(({ quotes: [first] }) => (first ? first.end - first.start : [])),
    ),
    'pairs a question': 0,
    'windows a question': 0,
    'refusal, area under ROC': areaUnderRoc(
      compared.map(({ gold, methods }) => ({
        confidence: methods[name]?.evidence ?? 0,
        right: gold !== null,
      })),
    ),
  }
}

async function runMethods(
  question: string,
  store: Store,
  inference: Inference,
): Promise<Record<string, MethodResult>> {
  const [vector = new Float32Array()] = await inference.embed([question])
  const language = languageOfQuestion(question, await store.languages(null))
  const topic = await findTopic(question, language, store)
  const byWords = await store.findPassages(topic.stems, DEPTH, null)
  const nearest = await store.findSentences(vector, DEPTH, null)
  const byVectors = [...new Set(nearest.map(({ passageId }) => passageId))]
  const fused = fuse([byWords, byVectors]).map(({ item }) => item)

  const overlapOf: SentenceScore = ({ text, start }, sentence) =>
    topic.overlap(text.slice(sentence.start - start, sentence.end - start))
  const cosineOf: SentenceScore = async (_, { id }) => {
    const [own = new Float32Array()] = await store.vectors([id])
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

async function bestSentences(
  passages: readonly StoredPassage[],
  score: SentenceScore,
): Promise<MethodResult> {
  const scored = passages.flatMap((passage) =>
    passage.sentences.map(async (sentence) => {
      const { start, end } = sentence
      return { passage, start, end, score: await score(passage, sentence) }
    }),
  )
  const ranked = (await Promise.all(scored)).toSorted((a, b) => b.score - a.score)
  return { quotes: ranked.slice(0, QUOTES), evidence: ranked[0]?.score ?? 0 }
}
