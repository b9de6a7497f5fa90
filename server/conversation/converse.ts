import { FootnoteError } from '../../index/errors.ts'
import { languageOfQuestion } from '../../index/language/languages.ts'
import {
  type Answer,
  answerQuestion,
  type AnswerContext,
  type Question,
  smallTalkAnswer,
  withQuotes,
} from '../answer/answer.ts'
import { toStoredReply } from '../answer/stored-reply.ts'
import type { ConversationStore } from '../state/state.ts'
import type { StoredTurn } from '../state/stored.ts'
import { interpretFollowUp, isFollowUp } from './interpret-follow-up.ts'
import {
  scoresAfterAnswer,
  scoresAfterDocument,
  scoresAfterStandalone,
  scoresOfPassages,
  type TopicScores,
} from './topic-document.ts'
import { quoteSpan } from './turn.ts'

/** A question as a person typed it, with its conversation. */
export interface AskRequest extends Omit<Question, 'focus'> {
  /** The id from an earlier reply; null begins a new conversation. */
  readonly conversationId: string | null
}

export interface ConverseOptions extends AnswerContext {
  readonly conversations: ConversationStore
  /** Answers a standalone question; default: `answerQuestion`. */
  readonly answer?: typeof answerQuestion
  /** Aborted when the client no longer waits for the answer. The turn is then not stored. */
  readonly signal?: AbortSignal
}

/** The answer to an {@link AskRequest}. */
export interface Reply {
  /** The id to send with a follow-up question. */
  readonly conversationId: string
  /** The standalone question that was searched for: a follow-up question rewritten, any other question as typed. */
  readonly interpretedAs: string
  readonly answer: Answer
}

type AnsweredTurn = Pick<Reply, 'answer' | 'interpretedAs'> &
  Pick<StoredTurn, 'searched' | 'focus'> & {
    readonly topicScores: TopicScores
  }

/** As many quotes as anybody can see of one question. */
const ALL_QUOTES = 10

/**
 * Answers a question in its conversation, and stores the turn. A follow-up question is rewritten to stand alone first.
 * Throws `conversation-unknown` where the conversation does not exist or has expired, and the signal's reason where
 * `signal` is aborted.
 */
export async function converse(request: AskRequest, options: ConverseOptions): Promise<Reply> {
  const { conversations } = options
  const history =
    request.conversationId === null ? [] : await conversations.turns(request.conversationId)
  if (history === null) throw unknownConversation()
  const { answer, interpretedAs, searched, focus, topicScores } = await answerTurn(
    request,
    history,
    options,
  )
  options.signal?.throwIfAborted()
  const quotedDocuments = [...answer.quotes, ...answer.closest].map(
    ({ passage }) => passage.document.id,
  )
  const [document] = answer.explanation.decidedBy === 'document' ? quotedDocuments : []
  const scores = document === undefined ? topicScores : scoresAfterDocument(topicScores, document)
  const turn: StoredTurn = {
    ...toStoredReply(answer, { question: request.question, interpretedAs }),
    searched,
    focus,
    beliefs: [...(searched ? scoresAfterAnswer(scores, quotedDocuments) : scores)],
  }
  if (request.conversationId === null) {
    return { conversationId: await conversations.begin(turn), interpretedAs, answer }
  }
  if (!(await conversations.add(request.conversationId, turn))) throw unknownConversation()
  return { conversationId: request.conversationId, interpretedAs, answer }
}

/** The error for a conversation that does not exist, has expired or was deleted. */
export function unknownConversation(): FootnoteError {
  return new FootnoteError(
    'conversation-unknown',
    'There is no such conversation, or it is forgotten. Ask without conversationId to begin one.',
  )
}

async function answerTurn(
  request: AskRequest,
  history: readonly StoredTurn[],
  options: ConverseOptions,
): Promise<AnsweredTurn> {
  const { question, documentIds } = request
  const scoresBefore: TopicScores = new Map(history.at(-1)?.beliefs)
  const language = languageOfQuestion(question, await options.store.languages(documentIds))
  const smallTalk = language.smallTalkReply(question)
  if (smallTalk !== null) {
    const answer = smallTalkAnswer(smallTalk)
    return {
      answer,
      interpretedAs: question,
      searched: false,
      focus: null,
      topicScores: scoresBefore,
    }
  }
  const turns = history.filter(({ searched }) => searched)
  const previous = turns.at(-1)
  if (previous && language.asksForMore(question)) {
    const { interpretedAs, focus } = previous
    const answer = await findMoreQuotes(request, previous, turns, language.replies.noMore, options)
    return { answer, interpretedAs, searched: true, focus, topicScores: scoresBefore }
  }
  return previous && isFollowUp(question, turns)
    ? answerFollowUp(request, turns, scoresBefore, options)
    : answerStandalone(request, scoresBefore, options)
}

async function answerFollowUp(
  request: AskRequest,
  turns: readonly StoredTurn[],
  scoresBefore: TopicScores,
  options: ConverseOptions,
): Promise<AnsweredTurn> {
  const started = performance.now()
  const interpreted = await interpretFollowUp(request, turns, scoresBefore, options)
  const reading = performance.now() - started
  const { interpretedAs, focus } = interpreted
  const answer = await search({ ...request, question: interpretedAs, focus }, options)
  const timings = { reading, ...answer.timings }
  return { ...interpreted, answer: { ...answer, timings }, searched: true }
}

async function answerStandalone(
  request: AskRequest,
  scoresBefore: TopicScores,
  options: ConverseOptions,
): Promise<AnsweredTurn> {
  const { question } = request
  const answer = await search(request, options)
  const candidates = answer.explanation.candidates.map(({ candidate }) => candidate)
  const topicScores = scoresAfterStandalone(scoresBefore, scoresOfPassages(candidates))
  return { answer, interpretedAs: question, searched: true, focus: null, topicScores }
}

function search(question: Question, options: ConverseOptions): Promise<Answer> {
  const { answer = answerQuestion } = options
  return answer(question, options)
}

/** Answers "more": further quotes for the previous question, without the quotes that the person has seen. */
async function findMoreQuotes(
  request: AskRequest,
  previous: StoredTurn,
  turns: readonly StoredTurn[],
  noMore: string,
  options: ConverseOptions,
): Promise<Answer> {
  const { interpretedAs: question, focus } = previous
  const seen = turns
    .filter(({ interpretedAs }) => interpretedAs === question)
    .flatMap(({ quotes, alsoOnThis }) => [...quotes, ...alsoOnThis].map(quoteSpan))
  const all = await search({ ...request, question, focus, maxQuotes: ALL_QUOTES }, options)
  const unseen = [...all.quotes, ...all.alsoOnThis].filter(
    ({ passage, start, end }) =>
      !seen.some(
        (quote) =>
          quote.documentId === passage.document.id && quote.start < end && start < quote.end,
      ),
  )
  return withQuotes(all, unseen.slice(0, request.maxQuotes), noMore)
}
