import { FootnoteError } from '../../index/errors.ts'
import { languageOfQuestion } from '../../index/language/languages.ts'
import {
  type Answer,
  answerQuestion,
  type Answering,
  type Question,
  withoutSearch,
  withQuotes,
} from '../answer/answer.ts'
import { toStoredReply } from '../answer/stored-reply.ts'
import type { ConversationStore } from '../state/state.ts'
import type { StoredTurn } from '../state/stored.ts'
import { isLeaning, readLeaning } from './interpret-follow-up.ts'
import { type Beliefs, believe, believeQuoted, evidenceOf } from './topic-document.ts'
import { spanOf } from './turn.ts'

/** A question as a person asks it, in a conversation. */
export interface AskRequest extends Omit<Question, 'focus'> {
  /** The conversation that an earlier reply named; null begins a new one. */
  readonly conversationId: string | null
}

export interface ConverseOptions extends Answering {
  readonly conversations: ConversationStore
  /** Answers a question that stands alone; default: `answerQuestion`. */
  readonly answer?: typeof answerQuestion
  /** Aborted when nobody waits for the answer any more: the turn is then not remembered. */
  readonly signal?: AbortSignal
}

/** The answer to an {@link AskRequest}. */
export interface Reply {
  /** The conversation to ask a follow-up question in. */
  readonly conversationId: string
  /** What was searched for: the question, rewritten to stand alone where it leaned on earlier turns. */
  readonly interpretedAs: string
  readonly answer: Answer
}

type AnsweredTurn = Pick<Reply, 'answer' | 'interpretedAs'> &
  Pick<StoredTurn, 'searched' | 'focus'> & {
    readonly beliefs: Beliefs
  }

/** At least as many quotes as an answer can have: the cross-encoder reads fewer sentences. */
const ALL_QUOTES = 10

/**
 * Answers a question in its conversation, and remembers the turn. A question that leans on earlier turns is answered as
 * if it had been asked in full. Throws `conversation-unknown` where the conversation does not exist or is forgotten, and
 * the reason of `signal` where that is aborted.
 */
export async function converse(request: AskRequest, options: ConverseOptions): Promise<Reply> {
  const { conversations } = options
  const history =
    request.conversationId === null ? [] : await conversations.turns(request.conversationId)
  if (history === null) throw unknownConversation()
  const { answer, interpretedAs, searched, focus, beliefs } = await answerTurn(
    request,
    history,
    options,
  )
  options.signal?.throwIfAborted()
  const shown = [...answer.quotes, ...answer.closest].map(({ passage }) => passage.document.id)
  const turn: StoredTurn = {
    ...toStoredReply(answer, { question: request.question, interpretedAs }),
    searched,
    focus,
    beliefs: [...(searched ? believeQuoted(beliefs, shown) : beliefs)],
  }
  if (request.conversationId === null) {
    return { conversationId: await conversations.begin(turn), interpretedAs, answer }
  }
  if (!(await conversations.add(request.conversationId, turn))) throw unknownConversation()
  return { conversationId: request.conversationId, interpretedAs, answer }
}

/** The error for a conversation that does not exist or is forgotten. */
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
  const before: Beliefs = new Map(history.at(-1)?.beliefs)
  const language = languageOfQuestion(question, await options.store.languages(documentIds))
  const smallTalk = language.smallTalkReply(question)
  if (smallTalk !== null) {
    const answer = withoutSearch(smallTalk)
    return { answer, interpretedAs: question, searched: false, focus: null, beliefs: before }
  }
  const turns = history.filter(({ searched }) => searched)
  const last = turns.at(-1)
  if (last && language.asksForMore(question)) {
    const { interpretedAs, focus } = last
    const answer = await findMore(request, last, turns, language.replies.noMore, options)
    return { answer, interpretedAs, searched: true, focus, beliefs: before }
  }
  if (!last || !isLeaning(question, turns)) return answerAlone(request, before, options)
  const started = performance.now()
  const leaning = await readLeaning(request, turns, before, options)
  const reading = performance.now() - started
  const { interpretedAs, focus } = leaning
  const answer = await answerIn(options, { ...request, question: interpretedAs, focus })
  const timings = { reading, ...answer.timings }
  return { ...leaning, answer: { ...answer, timings }, searched: true }
}

function answerIn(options: ConverseOptions, question: Question): Promise<Answer> {
  const { answer = answerQuestion } = options
  return answer(question, options)
}

async function answerAlone(
  request: AskRequest,
  before: Beliefs,
  options: ConverseOptions,
): Promise<AnsweredTurn> {
  const answer = await answerIn(options, request)
  const candidates = answer.explanation.candidates.map(({ candidate }) => candidate)
  const beliefs = believe(before, false, evidenceOf(candidates))
  return { answer, interpretedAs: request.question, searched: true, focus: null, beliefs }
}

/** Answers "more": further quotes for the last question, without those that were shown. */
async function findMore(
  request: AskRequest,
  last: StoredTurn,
  turns: readonly StoredTurn[],
  noMore: string,
  options: ConverseOptions,
): Promise<Answer> {
  const shown = turns
    .filter(({ interpretedAs }) => interpretedAs === last.interpretedAs)
    .flatMap(({ quotes }) => quotes.map(spanOf))
  const { interpretedAs: question, focus } = last
  const all = await answerIn(options, { ...request, question, focus, maxQuotes: ALL_QUOTES })
  const further = all.quotes.filter(
    ({ passage, start, end }) =>
      !shown.some(
        (other) =>
          other.documentId === passage.document.id && other.start < end && start < other.end,
      ),
  )
  return withQuotes(all, further.slice(0, request.maxQuotes), noMore)
}
