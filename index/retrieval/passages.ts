import type { Inference } from '../inference/inference.ts'
import type { Language } from '../language/language.ts'
import { languageOfQuestion } from '../language/languages.ts'
import type { Store, StoredPassage } from '../storage/storage.ts'
import { FOCUS, type Focus, nearness } from './focus.ts'
import { fuse } from './fusion.ts'
import { findTopic, type Topic } from './topic.ts'

/** What BM25 and the vectors bring to the fusion: passages, and sentences whose passages count. */
const BM25_PASSAGES = 20
const NEAREST_SENTENCES = 50

/** Passages whose sentences are compared with the question; the right one is among 5 in 99.5 %. */
const BEST_PASSAGES = 5

/** The best passages of which a focus may bring one among those that are compared. */
const FOCUSED_PASSAGES = 20

export interface Scope {
  /** Ids of the documents to search; null: all of them. */
  readonly documentIds: readonly string[] | null
  /** For a question that leans on a conversation. */
  readonly focus?: Focus | null
}

/** A passage that may answer, with what each stage said of it. */
export interface FoundPassage {
  readonly passage: StoredPassage
  /** By reciprocal rank fusion, as a share of the best one's. */
  readonly share: number
  /** 1-based rank by BM25; null where it was not among the best. */
  readonly bm25Rank: number | null
  /** 1-based rank by its nearest sentence; null where none was near enough. */
  readonly vectorRank: number | null
  /** 1-based rank by reciprocal rank fusion of both. */
  readonly fusedRank: number
  /** Cosine distance of its nearest sentence; null where none was near enough. */
  readonly distance: number | null
  /** The share of the question's words that it, its title and its heading have; 0 to 1. */
  readonly passageOverlap: number
  /** The same of its title alone. */
  readonly titleOverlap: number
}

export interface FoundPassages {
  /** Best first. */
  readonly passages: readonly FoundPassage[]
  /** Of the question. */
  readonly vector: Float32Array
  /** That the question was read in. */
  readonly language: Language
  readonly topic: Topic
  /** How long each stage took, in ms. */
  readonly timings: { readonly embed: number; readonly search: number }
}

/** Finds the passages that may answer a question, by its words and its vector. */
export async function findPassages(
  question: string,
  { documentIds, focus = null }: Scope,
  { store, inference }: { store: Store; inference: Inference },
): Promise<FoundPassages> {
  const started = performance.now()
  const [vector] = await inference.embed([question])
  if (!vector) throw new Error('no vector for the question')
  const embedded = performance.now()
  const language = languageOfQuestion(question, await store.languages(documentIds))
  const topic = await findTopic(question, language, store)
  const byWords = await store.findPassages(topic.stems, BM25_PASSAGES, documentIds)
  const nearest = await store.findSentences(vector, NEAREST_SENTENCES, documentIds)
  const byVectors = [...new Set(nearest.map(({ passageId }) => passageId))]
  const fused = fuse([byWords, byVectors]).slice(0, focus ? FOCUSED_PASSAGES : BEST_PASSAGES)
  const stored = await store.passages(fused.map(({ item }) => item))
  const best = stored
    .map((passage, i) => {
      const score = (fused[i]?.score ?? 0) + FOCUS.fused * nearness(passage, focus)
      return { passage, score }
    })
    .toSorted((a, b) => b.score - a.score)
    .slice(0, BEST_PASSAGES)
  return {
    passages: best.map(({ passage, score }, i) => ({
      passage,
      share: score / (best[0]?.score ?? 1),
      bm25Rank: rankOf(passage.id, byWords),
      vectorRank: rankOf(passage.id, byVectors),
      fusedRank: i + 1,
      distance: nearest.find(({ passageId }) => passageId === passage.id)?.distance ?? null,
      passageOverlap: topic.overlap(...textsAround(passage)),
      titleOverlap: topic.overlap(passage.document.title),
    })),
    vector,
    language,
    topic,
    timings: { embed: embedded - started, search: performance.now() - embedded },
  }
}

/** What a passage is read with: its title, its heading and its text. */
export function textsAround({ document, heading, text }: StoredPassage): string[] {
  return [document.title, heading ?? '', text]
}

function rankOf(id: number, ids: readonly number[]): number | null {
  const index = ids.indexOf(id)
  return index === -1 ? null : index + 1
}
