import {
  articleDocument,
  type EvaluationDocument,
  type EvaluationQuestion,
  type QuestionSet,
} from './dataset.ts'

/** Questions, or whole dialogs, to ask of some documents; where those do not answer one, its gold span is null. */
export interface Round<Asked = EvaluationQuestion> {
  readonly documents: readonly EvaluationDocument[]
  readonly questions: readonly Asked[]
}

/**
 * All questions of all articles; then the questions of articles 1, 3, 5, … of the articles 0, 2, 4, …, which
 * do not answer them. `most` limits each round.
 */
export function evaluationRounds(set: QuestionSet, most?: number): [Round, Round] {
  const documents = documentsOf(set, () => true)
  const elsewhere = aboutOthers(set, isOdd)
  return [
    { documents, questions: take(set.questions, most) },
    { ...elsewhere, questions: take(elsewhere.questions, most) },
  ]
}

/** The same, and the questions of the even articles of the odd ones. */
export function fittingRounds(set: QuestionSet): Round[] {
  return [...evaluationRounds(set), aboutOthers(set, isEven)]
}

/** So many of the items, evenly taken; the same every time. */
export function take<T>(items: readonly T[], most = items.length): T[] {
  const step = Math.max(1, items.length / most)
  return items.filter((_, i) => Math.floor(i / step) !== Math.floor((i - 1) / step))
}

function aboutOthers(set: QuestionSet, isAsked: (article: number) => boolean): Round {
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

function isEven(place: number): boolean {
  return place % 2 === 0
}

function isOdd(place: number): boolean {
  return !isEven(place)
}
