import { cosine } from '../cosine.ts'
import type { Language } from '../language/language.ts'
import { type ModelText, modelText } from '../model-text.ts'
import type { Span } from '../span.ts'
import type { Store, StoredPassage, StoredSentence } from '../storage/storage.ts'
import { passageText } from './passage-text.ts'
import { type FoundPassage, type FoundPassages, textsOf } from './passages.ts'
import type { SentenceReading } from './sentence-reading.ts'

/**
 * Weights of the preselection score, besides the cosine of sentence and question: the relative fused score
 * of the passage, and the share of the question's words in the sentence.
 */
const PRESELECTION_WEIGHTS = { fusedScore: 0.15, overlap: 0.3 }

/** The longest title with heading that the models get, in UTF-16 code units: a longer one would leave no room for the text. */
const MAX_CONTEXT_LENGTH = 300

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
  /** The cross-encoder's logit; null where it did not score the sentence. */
  readonly logit: number | null
  /** What the reader made of the sentence; null where it did not read it. */
  readonly reading: SentenceReading | null
  /** The final score, in logits, which ranks the candidates; null where there is no logit. */
  readonly score: number | null
}

/**
 * The text of a span of a passage for the cross-encoder and the reader. The title and the heading come first: without
 * them the models misjudge many sentences.
 */
export function contextualText(passage: StoredPassage, span: Span): ModelText {
  const { document, heading } = passage
  const context = heading === null ? document.title : `${document.title}, ${heading}`
  return modelText(context.slice(0, MAX_CONTEXT_LENGTH), passageText(passage, span), span.start)
}

/** All sentences of the passages, by preselection score, best first. `typed` is the question without words that were added. */
export async function preselect(
  typed: string,
  found: FoundPassages,
  store: Store,
): Promise<Candidate[]> {
  const vectors = await vectorsById(found, store)
  return found.passages
    .flatMap(({ relativeFusedScore, ...passage }) => {
      return candidatesIn(passage, typed, found, vectors).map(
        ({ sentenceOverlap, ...candidate }) => ({
          candidate,
          preselectionScore:
            1 -
            candidate.distance +
            PRESELECTION_WEIGHTS.fusedScore * relativeFusedScore +
            PRESELECTION_WEIGHTS.overlap * sentenceOverlap,
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
  const texts = sentences.map((sentence) => passageText(passage.passage, sentence))
  const missingNames = topic.missingNames(...textsOf(passage.passage))
  return Array.from(sentences, (sentence, i) => ({
    ...passage,
    sentence,
    distance: 1 - cosine(vector, vectors.get(sentence.id) ?? new Float32Array()),
    sentenceOverlap: topic.overlap(texts[i] ?? ''),
    overlap: topic.overlap(texts[i - 1] ?? '', texts[i] ?? ''),
    missingNames,
    lacksAnswerType: lacksAnswerType(question, texts, i, language),
    logit: null,
    reading: null,
    score: null,
  }))
}

function lacksAnswerType(
  question: string,
  texts: readonly string[],
  i: number,
  language: Language,
): boolean {
  const withNeighbours = texts.slice(Math.max(0, i - 1), i + 2).join(' ')
  return language.lacksAnswerType(question, withNeighbours)
}
