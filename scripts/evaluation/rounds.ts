import type { Round } from './ask-all.ts'
import type { EvaluationQuestion, EvaluationSet } from './dataset.ts'

const isEven = (article: number) => article % 2 === 0
const isOdd = (article: number) => !isEven(article)

/**
 * All questions of all documents; then, for a SQuAD set, the questions of articles 1, 3, 5, … of the articles
 * 0, 2, 4, …, which do not answer them. `most` limits each round.
 */
export function roundsOf(set: EvaluationSet, most?: number): Round[] {
  const all = ofAll(take(set.questions, most))
  if (set.kind === 'conversations') return [all]
  return [all, { isIndexed: isEven, questions: take(questionsOf(set, isOdd), most) }]
}

/** The same, and the questions of the even articles of the odd ones. */
export function fittingRounds(set: EvaluationSet): Round[] {
  return [...roundsOf(set), { isIndexed: isOdd, questions: questionsOf(set, isEven) }]
}

function questionsOf(set: EvaluationSet, isAsked: (article: number) => boolean) {
  return set.questions.filter(({ article }) => isAsked(article))
}

/** A round with every article indexed. */
export function ofAll(questions: readonly EvaluationQuestion[]): Round {
  return { isIndexed: () => true, questions }
}

/** So many of the questions, evenly taken; the same every time. */
export function take(
  questions: readonly EvaluationQuestion[],
  most = questions.length,
): EvaluationQuestion[] {
  const step = Math.max(1, questions.length / most)
  return questions.filter((_, i) => Math.floor(i / step) !== Math.floor((i - 1) / step))
}
