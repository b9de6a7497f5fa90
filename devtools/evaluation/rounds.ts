import {
  articleDocument,
  articleId,
  type EvaluationDocument,
  type EvaluationQuestion,
  PARAGRAPH_SEPARATOR,
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
 * One round with all questions of all articles. Where the set itself has no questions without an answer, a second round
 * asks the questions about articles 1, 3, 5, … of the articles 0, 2, 4, …, which do not answer them. `limit` is the
 * maximum number of questions in each round.
 */
export function evaluationRounds(set: QuestionSet, limit?: number): Round[] {
  const asked = { documents: documentsOf(set), questions: take(set.questions, limit) }
  const hasUnanswerable = set.questions.some(({ gold }) => gold === null)
  return hasUnanswerable ? [asked] : [asked, elsewhereRound(set, isOdd, limit)]
}

/** The rounds of an evaluation, and one more that asks the questions about even articles of the odd ones. */
export function fittingRounds(set: QuestionSet): Round[] {
  return [...evaluationRounds(set), elsewhereRound(set, isEven)]
}

/** Asks the questions about some articles of all the other articles, which do not answer them. */
function elsewhereRound(
  set: QuestionSet,
  isAsked: (article: number) => boolean,
  limit?: number,
): Round {
  const asked = set.questions.filter(({ article }) => isAsked(article))
  return {
    documents: documentsOf(set, (article) => !isAsked(article)),
    questions: take(asked, limit).map(withoutAnswer),
  }
}

/**
 * Asks all questions of paragraphs 0, 2, 4, … of each article. Those about the other paragraphs are about the same people
 * and things, and are not known to be answered.
 */
export function leftOutRound(set: QuestionSet, limit?: number): Round {
  const articles = set.articles.map(({ title, paragraphs }) => {
    return { title, paragraphs: paragraphs.filter((_, i) => isEven(i)) }
  })
  const kept = set.questions.flatMap((question) => {
    if (!isEven(question.paragraph)) return withoutAnswer(question)
    const before = set.articles[question.article]?.paragraphs.slice(0, question.paragraph) ?? []
    return movedBack(question, lengthWithSeparators(before.filter((_, i) => !isEven(i))))
  })
  return {
    documents: documentsOf({ ...set, articles }),
    questions: take(kept, limit),
  }
}

/** Asks each question of the document of its own article alone. */
export function ownDocumentRound(set: QuestionSet, limit?: number): Round {
  const questions = Array.from(take(set.questions, limit), (question) => {
    return { ...question, documentIds: [articleId(question.article)] }
  })
  return { documents: documentsOf(set), questions }
}

/** Chooses `count` of the items, evenly spaced; the choice is always the same. */
export function take<T>(items: readonly T[], count = items.length): T[] {
  const step = Math.max(1, items.length / count)
  return items.filter((_, i) => Math.floor(i / step) !== Math.floor((i - 1) / step))
}

/** The documents that are made of articles: of all of them, or of those that are indexed. */
export function documentsOf(
  { articles }: QuestionSet,
  isIndexed: (article: number) => boolean = () => true,
): EvaluationDocument[] {
  return articles.flatMap(({ title, paragraphs }, article) =>
    isIndexed(article) ? articleDocument(article, title, paragraphs) : [],
  )
}

function withoutAnswer(question: EvaluationQuestion): EvaluationQuestion {
  return { ...question, gold: null }
}

function movedBack(question: EvaluationQuestion, by: number): EvaluationQuestion {
  const { gold } = question
  if (!gold) return question
  return { ...question, gold: { ...gold, start: gold.start - by, end: gold.end - by } }
}

function lengthWithSeparators(paragraphs: readonly string[]): number {
  return paragraphs.reduce((sum, { length }) => sum + length + PARAGRAPH_SEPARATOR.length, 0)
}

function isEven(number: number): boolean {
  return number % 2 === 0
}

function isOdd(number: number): boolean {
  return !isEven(number)
}
