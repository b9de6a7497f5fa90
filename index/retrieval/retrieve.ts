import { cosine } from '../cosine.ts'
import type { Inference } from '../inference/inference.ts'
import type { Language } from '../language/language.ts'
import { type ModelText, modelText } from '../model-text.ts'
import type { Span } from '../span.ts'
import type { Store, StoredPassage, StoredSentence } from '../storage/storage.ts'
import { FOCUS_WEIGHTS, type Focus, focusMatch, hasAnsweredBefore } from './focus.ts'
import {
  findPassages,
  type FoundPassage,
  type FoundPassages,
  type Scope,
  textsOf,
} from './passages.ts'

/**
 * How many sentences the cross-encoder reads for a question, which takes most of the time of an answer.
 * A right sentence is among the 6 preselected ones for 97.2 % of the questions, among 8 for 98.0 %; more
 * than 6 improved no answer.
 */
const MAX_RERANKED_SENTENCES = 6

/**
 * Weights of the preselection score, besides the cosine of sentence and question: the relative fused score
 * of the passage, and the share of the question's words in the sentence. By the cosine alone, a right
 * sentence is among the 6 for 94.8 % rather than 97.2 %.
 */
const PRESELECTION_WEIGHTS = { fusedScore: 0.15, overlap: 0.3 }

/**
 * Weights of the final score besides the sentence's own logit, in logits: the word overlap, the cosine, and
 * the best logit of a sentence in the same passage. Weights that were fitted on one half of XQuAD's articles put
 * the right sentence first in the other half as often as these rounded ones (88.1 and 88.4 %); so does anything
 * from two thirds to one and a half of each.
 */
const FINAL_WEIGHTS = { overlap: 12, cosine: 30, bestLogitInPassage: 1 }

/** A sentence that may answer, with the evidence of each stage. */
export interface Candidate extends Omit<FoundPassage, 'relativeFusedScore'> {
  readonly sentence: StoredSentence
  /** Cosine distance between the question and the sentence, embedded with its title and the sentence before. */
  readonly distance: number
  /** The weighted share of the question's words in the sentence and the one before it; 0 to 1. */
  readonly overlap: number
  /** How many of the question's names and numbers are missing from the passage, its title and its heading. */
  readonly missingNames: number
  /**
   * Whether the question asks for a number or a time, and neither the sentence nor the one before or after it has one.
   */
  readonly lacksAnswerType: boolean
  /** The cross-encoder's logit; null where the sentence was not preselected. */
  readonly logit: number | null
  /** The final score, in logits, which ranks the candidates; null where there is no logit. */
  readonly score: number | null
}

export interface Retrieval {
  /** First the sentences that the cross-encoder read, by final score; then the rest, by preselection score. */
  readonly candidates: readonly Candidate[]
  /** The language of the question. */
  readonly language: Language
  /** The duration of each stage, in ms. */
  readonly timings: { readonly embed: number; readonly search: number; readonly rerank: number }
}

/** Finds the sentences that may answer a question, and reranks the most promising ones. */
export async function retrieve(
  question: string,
  scope: Scope,
  { store, inference }: { store: Store; inference: Inference },
): Promise<Retrieval> {
  const { focus = null } = scope
  const found = await findPassages(question, scope, { store, inference })
  const started = performance.now()
  const candidates = await rankByPreselection(question, found, focus, store)
  const preselected = candidates.slice(0, MAX_RERANKED_SENTENCES)
  const rerankStarted = performance.now()
  const texts = preselected.map(({ passage, sentence }) => rerankerText(passage, sentence).text)
  const logits = texts.length > 0 ? await inference.score(question, texts) : []
  return {
    language: found.language,
    candidates: [
      ...rankByFinalScore(preselected, logits, focus),
      ...candidates.slice(MAX_RERANKED_SENTENCES),
    ],
    timings: {
      embed: found.timings.embed,
      search: found.timings.search + rerankStarted - started,
      rerank: performance.now() - rerankStarted,
    },
  }
}

/** The sentence, word for word. */
export function sentenceText(passage: StoredPassage, sentence: StoredSentence): string {
  return passage.text.slice(sentence.start - passage.start, sentence.end - passage.start)
}

/**
 * The text of a span of a passage for the cross-encoder. The title and the heading come first: without
 * them the model misjudges many sentences.
 */
export function rerankerText(passage: StoredPassage, { start, end }: Span): ModelText {
  const { document, heading } = passage
  const context = heading === null ? document.title : `${document.title}, ${heading}`
  return modelText(context, passage.text.slice(start - passage.start, end - passage.start), start)
}

/** All sentences of the passages, by preselection score, best first. */
async function rankByPreselection(
  question: string,
  found: FoundPassages,
  focus: Focus | null,
  store: Store,
): Promise<Candidate[]> {
  const vectors = await vectorsById(found, store)
  return found.passages
    .flatMap(({ relativeFusedScore, ...passage }) => {
      const focusBonus = FOCUS_WEIGHTS.preselection * focusMatch(passage.passage, focus)
      return candidatesIn(passage, question, found, vectors).map(
        ({ sentenceOverlap, ...candidate }) => ({
          candidate,
          preselectionScore:
            1 -
            candidate.distance +
            PRESELECTION_WEIGHTS.fusedScore * relativeFusedScore +
            PRESELECTION_WEIGHTS.overlap * sentenceOverlap +
            focusBonus,
        }),
      )
    })
    .toSorted((a, b) => b.preselectionScore - a.preselectionScore)
    .map(({ candidate }) => candidate)
}

/** The vectors of all sentences in the passages. */
async function vectorsById(
  { passages }: FoundPassages,
  store: Store,
): Promise<ReadonlyMap<number, Float32Array>> {
  const ids = passages.flatMap(({ passage }) => passage.sentences.map(({ id }) => id))
  const vectors = await store.vectors(ids)
  return new Map(vectors.map((vector, i) => [ids[i] ?? 0, vector]))
}

/**
 * Compares a passage's sentences with the question. `sentenceOverlap` counts the words of the sentence alone,
 * `overlap` those of the sentence before as well.
 */
function candidatesIn(
  passage: Omit<FoundPassage, 'relativeFusedScore'>,
  question: string,
  { vector, topic, language }: FoundPassages,
  vectors: ReadonlyMap<number, Float32Array>,
) {
  const { sentences } = passage.passage
  const texts = sentences.map((sentence) => sentenceText(passage.passage, sentence))
  const missingNames = topic.missingNames(...textsOf(passage.passage))
  return Array.from(sentences, (sentence, i) => {
    const withNeighbours = texts.slice(Math.max(0, i - 1), i + 2).join(' ')
    return {
      ...passage,
      sentence,
      distance: 1 - cosine(vector, vectors.get(sentence.id) ?? new Float32Array()),
      sentenceOverlap: topic.overlap(texts[i] ?? ''),
      overlap: topic.overlap(texts[i - 1] ?? '', texts[i] ?? ''),
      missingNames,
      lacksAnswerType: language.lacksAnswerType(question, withNeighbours),
      logit: null,
      score: null,
    }
  })
}

/** The candidates with their logits and final scores, best first. */
function rankByFinalScore(
  candidates: readonly Candidate[],
  logits: readonly number[],
  focus: Focus | null,
): Candidate[] {
  const bestLogits = new Map<number, number>()
  for (const [i, { passage }] of candidates.entries()) {
    const logit = logits[i] ?? -Infinity
    bestLogits.set(passage.id, Math.max(logit, bestLogits.get(passage.id) ?? -Infinity))
  }
  const scored = Array.from(candidates, (candidate, i) => {
    const { passage, sentence, overlap, distance } = candidate
    const logit = logits[i] ?? -Infinity
    const score =
      logit +
      FINAL_WEIGHTS.overlap * overlap +
      FINAL_WEIGHTS.cosine * (1 - distance) +
      FINAL_WEIGHTS.bestLogitInPassage * (bestLogits.get(passage.id) ?? logit) +
      FOCUS_WEIGHTS.finalScore * focusMatch(passage, focus) -
      (hasAnsweredBefore(passage, sentence, focus) ? FOCUS_WEIGHTS.answeredBefore : 0)
    return { ...candidate, logit, score }
  })
  return scored.toSorted((a, b) => b.score - a.score)
}
