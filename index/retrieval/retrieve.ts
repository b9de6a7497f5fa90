import { foldSpace } from '../embedded-texts.ts'
import type { Inference } from '../inference/inference.ts'
import type { Store, StoredPassage, StoredSentence } from '../store/store.ts'
import { fuse } from './fusion.ts'
import { searchWords } from './words.ts'

/** Passages that BM25, and sentences that the vectors, bring to the fusion. */
const BM25_PASSAGES = 30
const NEAREST_SENTENCES = 60

/** Passages whose sentences are compared with the question. */
const BEST_PASSAGES = 6

/** Pairs for the cross-encoder, which is what a question costs: 6 to 8 lose next to nothing against 26. */
const MAX_PAIRS = 8

/** A sentence that may answer, with what each stage said of it. */
export interface Candidate {
  readonly passage: StoredPassage
  readonly sentence: StoredSentence
  /** 1-based rank of its passage by BM25; null where it was not among the first 30. */
  readonly bm25Rank: number | null
  /** 1-based rank of its passage by its nearest sentence; null where none was among the nearest 60. */
  readonly vectorRank: number | null
  /** 1-based rank of its passage by reciprocal rank fusion of both. */
  readonly fusedRank: number
  /** Cosine distance of the sentence, with the one before it, to the question. */
  readonly distance: number
  /** The cross-encoder's logit; null where the sentence was not near enough to be read by it. */
  readonly logit: number | null
}

export interface Retrieval {
  /** Those that the cross-encoder read, best first, then the others, nearest first. */
  readonly candidates: readonly Candidate[]
  /** How long each stage took, in ms. */
  readonly timings: { readonly embed: number; readonly search: number; readonly rerank: number }
}

/** Finds the sentences that may answer a question. `documentIds` null: in all documents. */
export async function retrieve(
  question: string,
  documentIds: readonly string[] | null,
  { store, inference }: { store: Store; inference: Inference },
): Promise<Retrieval> {
  const started = performance.now()
  const [vector] = await inference.embed([question])
  if (!vector) throw new Error('no vector for the question')
  const embedded = performance.now()

  const near = await findNear(question, vector, documentIds, store)
  const searched = performance.now()

  const read = near.slice(0, MAX_PAIRS)
  const texts = read.map(({ passage, sentence }) => foldSpace(sentenceText(passage, sentence)))
  const logits = read.length > 0 ? await inference.score(question, texts) : []
  const reranked = performance.now()

  const scored = Array.from(read, (candidate, i) => ({
    ...candidate,
    logit: logits[i] ?? -Infinity,
  }))
  return {
    candidates: [...scored.toSorted((a, b) => b.logit - a.logit), ...near.slice(MAX_PAIRS)],
    timings: {
      embed: embedded - started,
      search: searched - embedded,
      rerank: reranked - searched,
    },
  }
}

/** The sentence, word for word. */
export function sentenceText(passage: StoredPassage, sentence: StoredSentence): string {
  return passage.text.slice(sentence.start - passage.start, sentence.end - passage.start)
}

/** The sentences of the best passages, nearest to the question first. */
async function findNear(
  question: string,
  vector: Float32Array,
  documentIds: readonly string[] | null,
  store: Store,
): Promise<Candidate[]> {
  const byWords = await store.findPassages(searchWords(question), BM25_PASSAGES, documentIds)
  const sentences = await store.findSentences(vector, NEAREST_SENTENCES, documentIds)
  const byVectors = [...new Set(sentences.map(({ passageId }) => passageId))]
  const fused = fuse([byWords, byVectors]).slice(0, BEST_PASSAGES)
  const passages = await store.passages(fused.map(({ item }) => item))
  const candidates = passages.flatMap((passage, i) =>
    passage.sentences.map((sentence) => ({
      passage,
      sentence,
      bm25Rank: rank(byWords, passage.id),
      vectorRank: rank(byVectors, passage.id),
      fusedRank: i + 1,
      distance: 1 - dot(vector, sentence.vector),
      logit: null,
    })),
  )
  return candidates.toSorted((a, b) => a.distance - b.distance)
}

function rank(ids: readonly number[], id: number): number | null {
  const index = ids.indexOf(id)
  return index === -1 ? null : index + 1
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0)
}
