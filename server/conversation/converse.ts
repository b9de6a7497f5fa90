import { randomUUID } from 'node:crypto'
import { FootnoteError } from '../../index/errors.ts'
import type { Language } from '../../index/language/language.ts'
import { languageOfQuestion } from '../../index/language/languages.ts'
import type { Context } from '../../index/retrieval/context.ts'
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
import { readDocumentQuestion } from './document-question.ts'
import { readFollowUp } from './follow-up.ts'
import { typedPart } from './readings.ts'
import { rebuildTurns, type ToldTurn } from './told-turns.ts'
import { contextAfter, type PastTurn, quoteSpan } from './turn.ts'

/** A question as a person typed it, with its conversation. */
export interface AskRequest extends Omit<Question, 'context'> {
  /** The id from an earlier reply; null begins a new conversation. */
  readonly conversationId: string | null
  /** Turns that the client keeps itself, oldest first. They come after the stored turns of the conversation. Default: none. */
  readonly told?: readonly ToldTurn[]
  /** Whether the turn is stored. If not, the id in the reply is that of no conversation. Default: true. */
  readonly keep?: boolean
}

export interface ConverseOptions extends AnswerContext {
  readonly conversations: ConversationStore
  /** Answers a standalone question; default: `answerQuestion`. */
  readonly answer?: typeof answerQuestion
  /** Aborted when the client no longer waits for the answer. The turn is then not stored. */
  readonly signal?: AbortSignal
  readonly progress?: AskProgress
}

/** Called with what is known of a reply before it is complete. Not called any more once the signal is aborted. */
export interface AskProgress {
  /** Called before the search with what is searched for, as in {@link Reply}. */
  readonly onReading?: (interpretedAs: string) => void
  /** Called with the answer before the turn is stored. */
  readonly onAnswer?: (answer: Answer) => void
}

/** The answer to an {@link AskRequest}. */
export interface Reply {
  /** The id to send with a follow-up question. */
  readonly conversationId: string
  /** The standalone question that was searched for: a follow-up question with what it leaves out, any other question as typed. */
  readonly interpretedAs: string
  readonly answer: Answer
}

type AnsweredTurn = Pick<Reply, 'answer' | 'interpretedAs'> & Pick<StoredTurn, 'searched' | 'added'>

/** As many quotes as anybody can see of one question. */
const ALL_QUOTES = 10

/**
 * Answers a question in its conversation, and stores the turn. A question after others is first read in its conversation.
 * Throws `conversation-unknown` where the conversation does not exist or has expired, and the signal's reason where
 * `signal` is aborted.
 */
export async function converse(request: AskRequest, options: ConverseOptions): Promise<Reply> {
  const { question, keep = true } = request
  const history = await turnsBefore(request, options)
  const { answer, interpretedAs, searched, added } = await answerTurn(request, history, options)
  options.signal?.throwIfAborted()
  options.progress?.onAnswer?.(answer)
  if (!keep) return { conversationId: randomUUID(), interpretedAs, answer }
  const stored = toStoredReply(answer, { question, interpretedAs })
  const conversationId = await storeTurn({ ...stored, searched, added }, request, options)
  return { conversationId, interpretedAs, answer }
}

async function turnsBefore(
  { conversationId, told = [] }: AskRequest,
  { conversations, store }: ConverseOptions,
): Promise<PastTurn[]> {
  const kept = conversationId === null ? [] : await conversations.turns(conversationId)
  if (kept === null) throw unknownConversation()
  return told.length === 0 ? kept : [...kept, ...(await rebuildTurns(told, store))]
}

/** Stores a turn, and gives the id of its conversation. */
async function storeTurn(
  turn: StoredTurn,
  { conversationId }: AskRequest,
  { conversations }: ConverseOptions,
): Promise<string> {
  if (conversationId === null) return conversations.begin(turn)
  if (!(await conversations.add(conversationId, turn))) throw unknownConversation()
  return conversationId
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
  history: readonly PastTurn[],
  options: ConverseOptions,
): Promise<AnsweredTurn> {
  const { question, documentIds } = request
  const language = languageOfQuestion(question, await options.store.languages(documentIds))
  const smallTalk = language.smallTalkReply(question)
  if (smallTalk !== null) {
    const answer = smallTalkAnswer(smallTalk)
    return { answer, interpretedAs: question, searched: false, added: [] }
  }
  const turns = history.filter(({ searched }) => searched)
  const previous = turns.at(-1)
  if (!previous) {
    tellReading(question, options)
    return { answer: await search(request, options), interpretedAs: question, ...AS_TYPED }
  }
  if (language.asksForMore(question)) {
    const { interpretedAs, added } = previous
    tellReading(interpretedAs, options)
    const answer = await findMoreQuotes(request, previous, turns, language.replies.noMore, options)
    return { answer, interpretedAs, searched: true, added }
  }
  const started = performance.now()
  const { interpretedAs, added, context } = await interpret(request, turns, language, options)
  const reading = performance.now() - started
  tellReading(interpretedAs, options)
  const answer = await search({ ...request, question: interpretedAs, context }, options)
  const timings = { reading, ...answer.timings }
  return { answer: { ...answer, timings }, interpretedAs, searched: true, added }
}

function tellReading(interpretedAs: string, { signal, progress }: ConverseOptions): void {
  signal?.throwIfAborted()
  progress?.onReading?.(interpretedAs)
}

const AS_TYPED = { searched: true, added: [] }

interface Interpretation extends Pick<PastTurn, 'interpretedAs' | 'added'> {
  /** Null where the question stands alone. */
  readonly context: Context | null
}

/** What a question means after other turns. */
async function interpret(
  { question, documentIds }: AskRequest,
  turns: readonly PastTurn[],
  language: Language,
  options: ConverseOptions,
): Promise<Interpretation> {
  const explicit = await readDocumentQuestion({ question, documentIds }, turns, options.store)
  if (explicit !== null) {
    return { interpretedAs: explicit, added: [], context: contextAfter(turns, explicit) }
  }
  const { reading, context } = await readFollowUp(question, documentIds, turns, language, options)
  return { interpretedAs: reading.text, added: [...reading.added], context }
}

function search(question: Question, options: ConverseOptions): Promise<Answer> {
  const { answer = answerQuestion } = options
  return answer(question, options)
}

/** Answers "more": further quotes for the previous question, without the quotes that the person has seen. */
async function findMoreQuotes(
  request: AskRequest,
  previous: PastTurn,
  turns: readonly PastTurn[],
  noMore: string,
  options: ConverseOptions,
): Promise<Answer> {
  const { interpretedAs: question } = previous
  const context =
    question === previous.question ? null : contextAfter(turns.slice(0, -1), typedPart(previous))
  const seen = turns
    .filter(({ interpretedAs }) => interpretedAs === question)
    .flatMap(({ quotes, alsoOnThis }) => [...quotes, ...alsoOnThis].map(quoteSpan))
  const all = await search({ ...request, question, context, maxQuotes: ALL_QUOTES }, options)
  const unseen = [...all.quotes, ...all.alsoOnThis].filter(
    ({ passage, start, end }) =>
      !seen.some(
        (quote) =>
          quote.documentId === passage.document.id && quote.start < end && start < quote.end,
      ),
  )
  return withQuotes(all, unseen.slice(0, request.maxQuotes), noMore)
}
