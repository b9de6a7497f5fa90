import type { FoundPassage } from '../../index/retrieval/passages.ts'

/**
 * For each document, by id: how strongly the turns so far suggest that the conversation is about it. Scores have no
 * unit; only their order and their differences matter. A turn stores them as `beliefs`.
 */
export type TopicScores = ReadonlyMap<string, number>

/**
 * The weights of the evidence that a document is the topic, from its best passage for a question: the cosine similarity
 * beyond `minCosine`, and the shares of the question's words in the passage and in the title. Chosen on CANARD's
 * conversations.
 */
const PASSAGE_WEIGHTS = { cosine: 30, minCosine: 0.55, passageOverlap: 12, titleOverlap: 12 }

/** What the first quote of an answer adds for its document. The second adds a half of it, the third a third. */
const QUOTE_WEIGHT = 2

/**
 * `keep` is the factor for the scores of earlier turns, `passages` the factor for the scores of the passages that were
 * found for the new question.
 */
const STANDALONE_WEIGHTS = { keep: 0.6, passages: 1 }
const FOLLOW_UP_WEIGHTS = { keep: 1, passages: 1.5 }

/** The weight of one question whose pronoun agrees or disagrees with the pronouns of a document. */
const PRONOUN_WEIGHT = 4

/** Only the documents with the highest scores are remembered. */
const MAX_REMEMBERED_DOCUMENTS = 20

const PRONOUNS = [
  /\b(?:he|him|his|himself)\b/giu,
  /\b(?:she|her|hers|herself)\b/giu,
  /\b(?:they|them|their|theirs|themselves)\b/giu,
]

/** Scores each document by its best passage among those that were found for a question. */
export function scoresOfPassages(
  found: readonly Pick<FoundPassage, 'passage' | 'distance' | 'passageOverlap' | 'titleOverlap'>[],
): TopicScores {
  const scores = new Map<string, number>()
  for (const { passage, distance, passageOverlap, titleOverlap } of found) {
    const { id } = passage.document
    const similarity = distance === null ? 0 : 1 - distance - PASSAGE_WEIGHTS.minCosine
    const score =
      PASSAGE_WEIGHTS.cosine * similarity +
      PASSAGE_WEIGHTS.passageOverlap * passageOverlap +
      PASSAGE_WEIGHTS.titleOverlap * titleOverlap
    scores.set(id, Math.max(scores.get(id) ?? 0, score))
  }
  return scores
}

/** The scores after a standalone question was searched for, before its answer counts. */
export function scoresAfterStandalone(before: TopicScores, passages: TopicScores): TopicScores {
  return weightedSum(before, passages, STANDALONE_WEIGHTS)
}

/** The scores after a follow-up question was searched for, before its answer counts. */
export function scoresAfterFollowUp(before: TopicScores, passages: TopicScores): TopicScores {
  return weightedSum(before, passages, FOLLOW_UP_WEIGHTS)
}

/** The scores after a question about a document itself was answered from it: the conversation is now about this document. */
export function scoresAfterDocument(before: TopicScores, documentId: string): TopicScores {
  const highest = Math.max(0, ...before.values())
  return weightedSum(before, new Map([[documentId, highest]]), STANDALONE_WEIGHTS)
}

/** The scores after an answer with quotes from these documents, in the order of the quotes. */
export function scoresAfterAnswer(
  before: TopicScores,
  documentIds: readonly string[],
): TopicScores {
  return sum([before, ...documentIds.map((id, i) => new Map([[id, QUOTE_WEIGHT / (i + 1)]]))])
}

/** The ids of the documents with the highest scores, highest first. */
export function bestDocumentIds(scores: TopicScores, maxDocuments: number): string[] {
  return byScore(scores)
    .slice(0, maxDocuments)
    .map(([id]) => id)
}

/**
 * How well the pronouns of a document's text agree with the pronouns of the questions, to be added to the document's
 * score: "Where was she born?" suggests a document that mostly says "she". Negative where they disagree.
 */
export function pronounAgreement(questions: readonly string[], text: string): number {
  const [he = 0, she = 0, they = 0] = PRONOUNS.map((pronoun) => [...text.matchAll(pronoun)].length)
  return questions.reduce((total, question) => {
    const [asksHe, asksShe, asksThey] = PRONOUNS.map((pronoun) => question.search(pronoun) !== -1)
    if (asksHe) return total + (PRONOUN_WEIGHT * (he - she)) / (he + she + 1)
    if (asksShe) return total + (PRONOUN_WEIGHT * (she - he)) / (he + she + 1)
    if (!asksThey) return total
    return total + (PRONOUN_WEIGHT * (they - Math.max(he, she))) / (he + she + they + 1)
  }, 0)
}

function weightedSum(
  before: TopicScores,
  passages: TopicScores,
  weights: { readonly keep: number; readonly passages: number },
): TopicScores {
  return sum([multiply(before, weights.keep), multiply(passages, weights.passages)])
}

function multiply(scores: TopicScores, factor: number): TopicScores {
  return new Map(Array.from(scores, ([id, score]) => [id, score * factor]))
}

function sum(all: readonly TopicScores[]): TopicScores {
  const total = new Map<string, number>()
  for (const [id, score] of all.flatMap((scores) => [...scores])) {
    total.set(id, (total.get(id) ?? 0) + score)
  }
  return new Map(byScore(total).slice(0, MAX_REMEMBERED_DOCUMENTS))
}

function byScore(scores: TopicScores): [string, number][] {
  return [...scores].toSorted(([, a], [, b]) => b - a)
}
