import type { Inference } from '../inference/inference.ts'
import type { Language } from '../language/language.ts'
import { languageOfQuestion } from '../language/languages.ts'
import type { Store, StoredPassage } from '../storage/storage.ts'
import type { Context } from './context.ts'
import { groupCopies } from './copies.ts'
import { type EqualForms, type Wording, wordingOf } from './equal-forms.ts'
import { fuse } from './fusion.ts'
import { findTopic, type Topic } from './topic.ts'

/** How many passages BM25 contributes to the fusion. */
const BM25_PASSAGES = 20

/** How many sentences the vector search finds; their passages are its contribution to the fusion. */
const NEAREST_SENTENCES = 50

/**
 * How many passages are found, at least. Their sentences are then compared with the question. The right passage
 * is among the best 5 for 99.5 % of XQuAD's questions.
 */
const MIN_PASSAGES = 5

/** More passages are found until they have this many UTF-16 code units: those of a talk may be a sentence each. */
const MIN_CHARACTERS = 3_500

/** At most this many passages are found. */
const MAX_PASSAGES = 20

export interface Scope {
  /** Ids of the documents to search; null: all of them. */
  readonly documentIds: readonly string[] | null
  /** Set where the question depends on the conversation before it. */
  readonly context?: Context | null
  /** Forms that are searched for as well where a question has one that equals them. Default: none. */
  readonly equalForms?: readonly EqualForms[]
}

/** What a search needs. */
export interface RetrievalParts {
  readonly store: Store
  readonly inference: Inference
  /** Aborted when nobody waits for the result. Calls of the models then reject with its reason. */
  readonly signal?: AbortSignal | undefined
}

/** A passage that may answer, with the evidence of each stage of the search. */
export interface FoundPassage {
  readonly passage: StoredPassage
  /** Passages of other documents that say the same. */
  readonly copies: readonly StoredPassage[]
  /** Its fused score divided by that of the best passage. */
  readonly relativeFusedScore: number
  /** 1-based rank by BM25; null where BM25 did not find it. */
  readonly bm25Rank: number | null
  /** 1-based rank by its nearest sentence; null where the vector search found none of its sentences. */
  readonly vectorRank: number | null
  /** 1-based rank by the fused score. */
  readonly fusedRank: number
  /** Cosine distance of its nearest sentence; null where the vector search found none of its sentences. */
  readonly distance: number | null
  /** The weighted share of the question's words in the passage, its title and its heading; 0 to 1. */
  readonly passageOverlap: number
  /** The weighted share of the question's words in the document's title; 0 to 1. */
  readonly titleOverlap: number
}

export interface FoundPassages {
  /** Best first. */
  readonly passages: readonly FoundPassage[]
  /** The embedding of the question. */
  readonly vector: Float32Array
  /** The language of the question. */
  readonly language: Language
  readonly topic: Topic
  readonly wording: Wording
  /** The duration of each stage, in ms. */
  readonly timings: { readonly embed: number; readonly search: number }
}

/** Finds the passages that may answer a question, by BM25 and by vector search. */
export async function findPassages(
  question: string,
  { documentIds, context = null, equalForms = [] }: Scope,
  { store, inference, signal }: RetrievalParts,
): Promise<FoundPassages> {
  const language = languageOfQuestion(question, await store.languages(documentIds))
  const wording = wordingOf(question, language, equalForms)
  const started = performance.now()
  const [vector] = await inference.embed([wording.spelledOut], { signal })
  if (!vector) throw new Error('the question has no embedding')
  const embedded = performance.now()
  const topic = await findTopic(question, language, store, { typed: context?.typed, equalForms })
  // A database searches on two connections at the same time.
  const [byBm25, sentences] = await Promise.all([
    store.findPassages(topic.stems, BM25_PASSAGES, documentIds),
    store.findSentences(vector, NEAREST_SENTENCES, documentIds),
  ])
  const byVector = [...new Set(sentences.map(({ passageId }) => passageId))]
  const best = await fuseRankings([byBm25, byVector], store)
  return {
    passages: best.map(({ passage, copies, score }, i) => ({
      passage,
      copies,
      relativeFusedScore: score / (best[0]?.score ?? 1),
      bm25Rank: rankOf(passage.id, byBm25),
      vectorRank: rankOf(passage.id, byVector),
      fusedRank: i + 1,
      distance: sentences.find(({ passageId }) => passageId === passage.id)?.distance ?? null,
      passageOverlap: topic.overlap(...textsOf(passage)),
      titleOverlap: topic.overlap(passage.document.title),
    })),
    vector,
    language,
    topic,
    wording,
    timings: { embed: embedded - started, search: performance.now() - embedded },
  }
}

/** The texts that a passage's words are searched in: its title, its heading and its own text. */
export function textsOf({ document, heading, text }: StoredPassage): string[] {
  return [document.title, heading ?? '', text]
}

interface RankedPassage {
  readonly passage: StoredPassage
  readonly copies: readonly StoredPassage[]
  /** Fused. */
  readonly score: number
}

/** The best passages of rankings of passage ids, by fused score, best first. */
async function fuseRankings(
  rankings: readonly (readonly number[])[],
  store: Store,
): Promise<RankedPassage[]> {
  const fused = fuse(rankings).slice(0, MAX_PASSAGES)
  const passages = await store.passages(fused.map(({ item }) => item))
  const scores = new Map(fused.map(({ item, score }) => [item, score]))
  const best: RankedPassage[] = []
  let characters = 0
  for (const [passage, ...copies] of groupCopies(passages)) {
    if (!passage || (best.length >= MIN_PASSAGES && characters >= MIN_CHARACTERS)) break
    best.push({ passage, copies, score: scores.get(passage.id) ?? 0 })
    characters += passage.text.length
  }
  return best
}

function rankOf(id: number, ids: readonly number[]): number | null {
  const index = ids.indexOf(id)
  return index === -1 ? null : index + 1
}
