import type { Focus } from '../../index/retrieval/focus.ts'
import { findPassages } from '../../index/retrieval/passages.ts'
import { english } from '../../index/language/en.ts'
import { stemsOf, topicStems } from '../../index/language/stems.ts'
import type { DocumentSummary, Store } from '../../index/storage/storage.ts'
import type { AnswerContext, Question } from '../answer/answer.ts'
import type { StoredTurn } from '../state/stored.ts'
import { hasFollowUpWording, mentionsEarlierThing } from './detect-follow-up.ts'
import { pointsToDocument, readDocumentQuestion } from './document-question.ts'
import { asksWhatAbout, type EarlierTurn, rewriteFollowUp } from './rewrite-follow-up.ts'
import {
  bestDocumentIds,
  pronounAgreement,
  scoresAfterFollowUp,
  scoresOfPassages,
  type TopicScores,
} from './topic-document.ts'
import { quoteSpan } from './turn.ts'

/** The number of documents whose pronouns are compared with the pronouns of the questions. */
const MAX_COMPARED_DOCUMENTS = 5

/**
 * The part of each document in which pronouns are counted, from its start, in UTF-16 code units. It tells as much as the
 * whole document.
 */
const COMPARED_LENGTH = 50_000

/** The number of latest turns in which "the convoy" may have been mentioned before. */
const MENTION_TURNS = 10

/** What a follow-up question means in its conversation. */
export interface InterpretedFollowUp {
  /** The standalone question to search for. */
  readonly interpretedAs: string
  /** The document that the conversation is about; null where the documents that it may be about are unknown. */
  readonly focus: Focus | null
  readonly topicScores: TopicScores
}

/** Whether a question depends on the turns before it. */
export function isFollowUp(question: string, turns: readonly StoredTurn[]): boolean {
  const latest = turns.slice(-MENTION_TURNS)
  const questions = latest.map((turn) => turn.question)
  const passages = latest.flatMap(({ quotes }) => quotes.map(({ passage }) => passage.text))
  if (pointsToDocument(question)) return true
  return hasFollowUpWording(question) || mentionsEarlierThing(question, questions.concat(passages))
}

/**
 * Rewrites a follow-up question so that it stands alone, and finds the document that its conversation is about. `turns`
 * are the searched turns before it, oldest first; `scoresBefore` are the topic scores after the last of them.
 */
export async function interpretFollowUp(
  { question, documentIds }: Pick<Question, 'question' | 'documentIds'>,
  turns: readonly StoredTurn[],
  scoresBefore: TopicScores,
  answering: AnswerContext,
): Promise<InterpretedFollowUp> {
  const ofDocument = await readDocumentQuestion(
    { question, documentIds },
    turns,
    scoresBefore,
    answering.store,
  )
  if (ofDocument) {
    const focus = focusOn(ofDocument.document.id, turns)
    return { interpretedAs: ofDocument.explicit, focus, topicScores: scoresBefore }
  }
  const earlier = turns.map((turn) => turn.question)
  // The first, the previous and the present question.
  const joined = [...new Set([...earlier.slice(0, 1), ...earlier.slice(-1), question])].join(' ')
  const { passages } = await findPassages(joined, { documentIds }, answering)
  const topicScores = scoresAfterFollowUp(scoresBefore, scoresOfPassages(passages))
  const topic = await findTopicDocument(topicScores, [...earlier, question], answering.store)
  const rewritten = rewriteFollowUp(question, turns.map(toEarlierTurn), topic?.title ?? null)
  const isNewTopic =
    asksWhatAbout(question) &&
    !(await isMentionedInBestPassage(question, rewritten, documentIds, answering))
  return {
    interpretedAs: isNewTopic ? question : rewritten,
    focus: topic && focusOn(topic.id, turns),
    topicScores,
  }
}

/**
 * Whether the best passage for the rewritten question mentions anything that the question as typed names. Where it does
 * not, "What about the Kurds?" is about the Kurds alone, and not about the previous question.
 */
async function isMentionedInBestPassage(
  question: string,
  rewritten: string,
  documentIds: readonly string[] | null,
  answering: AnswerContext,
): Promise<boolean> {
  const { passages } = await findPassages(rewritten, { documentIds }, answering)
  const [best] = passages
  if (!best) return false
  const stemsInPassage = new Set(stemsOf(best.passage.text, english))
  return topicStems(question, english).some((stem) => stemsInPassage.has(stem))
}

/** The document with the highest topic score, pronouns included; null where no document has a score. */
async function findTopicDocument(
  topicScores: TopicScores,
  questions: readonly string[],
  store: Store,
): Promise<DocumentSummary | null> {
  const ids = bestDocumentIds(topicScores, MAX_COMPARED_DOCUMENTS)
  const documents = await Promise.all(ids.map((id) => store.document(id, COMPARED_LENGTH)))
  const [best] = documents
    .flatMap((document) => {
      if (!document) return []
      const topicScore = topicScores.get(document.id) ?? 0
      return { document, score: topicScore + pronounAgreement(questions, document.text) }
    })
    .toSorted((a, b) => b.score - a.score)
  return best?.document ?? null
}

function focusOn(documentId: string, turns: readonly StoredTurn[]): Focus {
  const [lastFirstQuote] = turns.findLast((turn) => turn.quotes.length > 0)?.quotes ?? []
  const isSameDocument = lastFirstQuote?.documentId === documentId
  return {
    documentId,
    paragraph: isSameDocument ? lastFirstQuote.paragraph : null,
    shown: turns.flatMap((turn) => turn.quotes.slice(0, 1).map(quoteSpan)),
  }
}

function toEarlierTurn({ interpretedAs, quotes }: StoredTurn): EarlierTurn {
  return {
    interpretedAs,
    quotes: quotes.map(({ text, title, passage }) => {
      return { text, title, passage: passage.text }
    }),
  }
}
