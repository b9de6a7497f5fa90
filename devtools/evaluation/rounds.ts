import {
  articleDocument,
  type EvaluationDocument,
  type EvaluationQuestion,
  type QuestionSet,
} from './dataset.ts'

/**
 * Documents, and the questions (or whole dialogs) to ask of them. A question that they do not
 * answer has no gold span.
 */
export interface Round<Asked = EvaluationQuestion> {
  readonly documents: readonly EvaluationDocument[]
  readonly questions: readonly Asked[]
}

/**
 * The first round asks all questions of all articles. The second asks the questions about articles
 * 1, 3, 5, … of the articles 0, 2, 4, …, which do not answer them. `limit` is the maximum number of
 * questions in each round.
 */
export function evaluationRounds(set: QuestionSet, limit?: number): [Round, Round] {
  const documents = documentsOf(set, () => true)
  const elsewhere = askElsewhere(set, isOdd)
  return [
    { documents, questions: take(set.questions, limit) },
    { ...elsewhere, questions: take(elsewhere.questions, limit) },
  ]
}

/**
 * The rounds of an evaluation, and a third that asks the questions about even articles of the odd
 * ones.
 */
export function fittingRounds(set: QuestionSet): Round[] {
  return [...evaluationRounds(set), askElsewhere(set, isEven)]
}

/** Chooses `count` of the items, evenly spaced; the choice is always the same. */
export function take<T>(items: readonly T[], count = items.length): T[] {
  const step = Math.max(1, items.length / count)
  return items.filter((_, i) => Math.floor(i / step) !== Math.floor((i - 1) / step))
}

/** Asks the questions about some articles of all the other articles. */
function askElsewhere(set: QuestionSet, isAsked: (article: number) => boolean): Round {
  const asked = set.questions.filter(({ article }) => isAsked(article))
  return {
    documents: documentsOf(set, (article) => !isAsked(article)),
    questions: Array.from(asked, (question) => ({ ...question, gold: null })),
  }
}

function documentsOf(
  { articles }: QuestionSet,
  isIndexed: (article: number) => boolean,
): EvaluationDocument[] {
  return articles.flatMap(({ title, paragraphs }, article) =>
    isIndexed(article) ? articleDocument(article, title, paragraphs) : [],
  )
}

function isEven(article: number): boolean {
  return article % 2 === 0
}

function isOdd(article: number): boolean {
  return !isEven(article)
}
