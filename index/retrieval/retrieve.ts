import { foldSpace } from '../embedded-texts.ts'
import type { Inference } from '../inference/inference.ts'
import type { Store, StoredPassage, StoredSentence } from '../store/store.ts'
import { lacksAnswerType } from './answer-type.ts'
import { cosine } from './cosine.ts'
import { fuse } from './fusion.ts'
import { findTopic, type Topic } from './topic.ts'

/** What BM25 and the vectors bring to the fusion: passages, and sentences whose passages count. */
const BM25_PASSAGES = 20
const NEAREST_SENTENCES = 50

/** Passages whose sentences are compared with the question; the right one is among 5 in 99.5 %. */
const BEST_PASSAGES = 5

/**
 * Pairs for the cross-encoder, which is what a question costs. Of the 6 likeliest sentences one is right
 * in 97.2 %, of 8 in 98.0 %; more than 6 made no answer better.
 */
const MAX_PAIRS = 6

/**
 * What makes a sentence worth a pair, besides its cosine: its passage's fused score (as a share of the best
 * one's) and the words that it shares with the question. With the cosine alone, the right one is among 6 in
 * 94.8 % rather than 97.2 %.
 */
const LIKELY = { fused: 0.15, overlap: 0.3 }

/**
 * What ranks the sentences that the cross-encoder read, in logits. Fitted on each half of XQuAD's articles
 * they put the right sentence first as often on the other half as these rounded ones do (88.1 and 88.4 %);
 * anything from two thirds to one and a half of each does as well.
 */
const RANK = { overlap: 12, cosine: 30, bestOfPassage: 1 }

/** A sentence that may answer, with what each stage said of it. */
export interface Candidate {
  readonly passage: StoredPassage
  readonly sentence: StoredSentence
  /** 1-based rank of its passage by BM25; null where it was not among the best. */
  readonly bm25Rank: number | null
  /** 1-based rank of its passage by its nearest sentence; null where none was near enough. */
  readonly vectorRank: number | null
  /** 1-based rank of its passage by reciprocal rank fusion of both. */
  readonly fusedRank: number
  /** Cosine distance of the sentence, with its title and the one before it, to the question. */
  readonly distance: number
  /** The share of the question's words that it, or the one before it, has; 0 to 1. */
  readonly overlap: number
  /** The same of its passage, title and heading. */
  readonly passageOverlap: number
  /** How many of the question's names and numbers its passage, title and heading have not. */
  readonly missingNames: number
  /** Whether the question asks for a number or a time that neither it nor the one before or after it has. */
  readonly lacksAnswerType: boolean
  /** The cross-encoder's logit; null where the sentence was not likely enough to be read by it. */
  readonly logit: number | null
  /** What the candidates are ranked by, in logits; null where there is no logit. */
  readonly score: number | null
}

export interface Retrieval {
  /** Those that the cross-encoder read, best first, then the others, likeliest first. */
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

  const likely = await findLikely(question, vector, documentIds, store)
  const searched = performance.now()

  const read = likely.slice(0, MAX_PAIRS)
  const logits = read.length > 0 ? await inference.score(question, read.map(textOf)) : []
  const reranked = performance.now()

  return {
    candidates: [...rank(read, logits), ...likely.slice(MAX_PAIRS)],
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

/** What the cross-encoder reads: text under its title and heading, without which it misjudges much. */
export function readText({ document, heading }: StoredPassage, text: string): string {
  const context = heading === null ? document.title : `${document.title}, ${heading}`
  return foldSpace(`${context}: ${text}`)
}

function textOf({ passage, sentence }: Candidate): string {
  return readText(passage, sentenceText(passage, sentence))
}

/** The sentences of the best passages, likeliest first. */
async function findLikely(
  question: string,
  vector: Float32Array,
  documentIds: readonly string[] | null,
  store: Store,
): Promise<Candidate[]> {
  const topic = await findTopic(question, store)
  const byWords = await store.findPassages(topic.words, BM25_PASSAGES, documentIds)
  const sentences = await store.findSentences(vector, NEAREST_SENTENCES, documentIds)
  const byVectors = [...new Set(sentences.map(({ passageId }) => passageId))]
  const fused = fuse([byWords, byVectors]).slice(0, BEST_PASSAGES)
  const passages = await store.passages(fused.map(({ item }) => item))
  const best = fused[0]?.score ?? 1
  const likely = passages.flatMap((passage, i) => {
    const ranks = {
      bm25Rank: rankOf(passage.id, byWords),
      vectorRank: rankOf(passage.id, byVectors),
      fusedRank: i + 1,
    }
    const share = (fused[i]?.score ?? 0) / best
    return candidatesOf(passage, question, vector, topic).map(({ alone, ...candidate }) => ({
      candidate: { ...candidate, ...ranks },
      likelihood: 1 - candidate.distance + LIKELY.fused * share + LIKELY.overlap * alone,
    }))
  })
  return likely.toSorted((a, b) => b.likelihood - a.likelihood).map(({ candidate }) => candidate)
}

/** A passage's sentences against the question; `alone` is the overlap without the sentence before. */
function candidatesOf(
  passage: StoredPassage,
  question: string,
  vector: Float32Array,
  topic: Topic,
) {
  const texts = passage.sentences.map((sentence) => sentenceText(passage, sentence))
  const { document, heading, text } = passage
  const around = [document.title, heading ?? '', text]
  const passageOverlap = topic.overlap(...around)
  const missingNames = topic.missingNames(...around)
  return passage.sentences.map((sentence, i) => ({
    passage,
    sentence,
    distance: 1 - cosine(vector, sentence.vector),
    alone: topic.overlap(texts[i] ?? ''),
    overlap: topic.overlap(texts[i - 1] ?? '', texts[i] ?? ''),
    passageOverlap,
    missingNames,
    lacksAnswerType: lacksAnswerType(question, texts.slice(Math.max(0, i - 1), i + 2).join(' ')),
    logit: null,
    score: null,
  }))
}

function rank(read: readonly Candidate[], logits: readonly number[]): Candidate[] {
  const bestOfPassage = new Map<number, number>()
  for (const [i, { passage }] of read.entries()) {
    const logit = logits[i] ?? -Infinity
    bestOfPassage.set(passage.id, Math.max(logit, bestOfPassage.get(passage.id) ?? -Infinity))
  }
  const scored = Array.from(read, (candidate, i) => {
    const logit = logits[i] ?? -Infinity
    const score =
      logit +
      RANK.overlap * candidate.overlap +
      RANK.cosine * (1 - candidate.distance) +
      RANK.bestOfPassage * (bestOfPassage.get(candidate.passage.id) ?? logit)
    return { ...candidate, logit, score }
  })
  return scored.toSorted((a, b) => b.score - a.score)
}

function rankOf(id: number, ids: readonly number[]): number | null {
  const index = ids.indexOf(id)
  return index === -1 ? null : index + 1
}
