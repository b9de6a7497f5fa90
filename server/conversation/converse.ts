import { randomUUID } from 'node:crypto'
import { FootnoteError } from '../../index/errors.ts'
import type { Language } from '../../index/language/language.ts'
import { languageOfQuestion } from '../../index/language/languages.ts'
import type { Context } from '../../index/retrieval/context.ts'
import type { EqualForms } from '../../index/retrieval/equal-forms.ts'
import type { VisibleCollections } from '../access/caller.ts'
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
import { contextAfter, type PastTurn, quoteSpan, turnOfRequest } from './turn.ts'

/** A question as a person typed it, with its conversation. */
export interface AskRequest extends Omit<Question, 'context' | 'equalForms'> {
  /** The id from an earlier reply; null begins a new conversation. */
  readonly conversationId: string | null
  /** Turns that the client keeps itself, oldest first. They come after the stored turns of the conversation. Default: none. */
  readonly told?: readonly ToldTurn[]
  /**
   * Names the request, if it may come again. A request whose turn is stored in the conversation stores no second one. Default: null,
   * for a request that comes once.
   */
  readonly requestId?: string | null
  /** A new UUID for the conversation that the question begins. Default: one is made. */
  readonly newConversationId?: string
  /** The collections that the asker may see; null, the default: all. The index that answers has only these. */
  readonly visible?: VisibleCollections
  /** Whether the turn is stored. If not, the id in the reply is that of no conversation. Default: true. */
  readonly keep?: boolean
  /**
   * Whether the question is not even kept among the questions for those who look after the documents. A client that keeps the turns
   * itself does not ask for that. Default: false.
   */
  readonly isPrivate?: boolean
  /** Whether answers that people chose are left out, so that the search is seen as it is without them. Default: false. */
  readonly withoutVouched?: boolean
}

export interface ConverseOptions extends AnswerContext {
  readonly conversations: ConversationStore
  /** Answers a standalone question; default: `answerQuestion`. */
  readonly answer?: typeof answerQuestion
  /** Forms that mean the same, of which questions may have any. Default: none. */
  readonly equalForms?: readonly EqualForms[]
  /** Aborted when the client no longer waits for the answer. Calls of the models then end, and the turn is not stored. */
  readonly signal?: AbortSignal | undefined
  readonly progress?: AskProgress
}

/** Called with what is known of a reply before it is complete. Not called any more once the signal is aborted. */
export interface AskProgress {
  /** Called once, before the search, with what is searched for, as in {@link Reply}. */
  readonly onReading?: (interpretedAs: string) => void
  /** Called with the answer once its turn is stored. */
  readonly onAnswer?: (answer: Answer) => void
}

/** The answer to an {@link AskRequest}. */
export interface Reply {
  /** The id to send with a follow-up question. */
  readonly conversationId: string
  /** The standalone question that was searched for: a follow-up question with what it leaves out, any other question as typed. */
  readonly interpretedAs: string
  readonly answer: Answer
  /** Whether it was a question: false for small talk, and for "more", which asks the question before it again. */
  readonly isQuestion: boolean
}

type AnsweredTurn = Omit<Reply, 'conversationId'> & Pick<StoredTurn, 'searched' | 'added'>

/** As many quotes as anybody can see of one question. */
const ALL_QUOTES = 10

/**
 * How often a question is answered before it is given up, because another question in the same conversation is answered first
 * each time. People ask one question at a time; a client that asks many at once is told to wait.
 */
const MAX_ATTEMPTS = 3

/**
 * Answers a question in its conversation, and stores the turn. A question after others is first read in its conversation. If
 * another turn is stored meanwhile, here or by another server, the question is answered again after it.
 *
 * Throws `conversation-unknown` where the conversation does not exist or has expired, `conversation-changed` where other
 * questions in it were answered first each time or this request was already answered in it, and the signal's reason where
 * `signal` is aborted.
 */
export async function converse(request: AskRequest, given: ConverseOptions): Promise<Reply> {
  const { signal, progress } = given
  const options = progress ? { ...given, progress: tellingOnce(progress) } : given
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const { turns, version } = await turnsBefore(request, options)
    const answered = await answerTurn(request, turns, options)
    signal?.throwIfAborted()
    const conversationId = await storeTurn(answered, version, request, options)
    if (conversationId === null) continue
    const { interpretedAs, answer, isQuestion } = answered
    if (!signal?.aborted) progress?.onAnswer?.(answer)
    return { conversationId, interpretedAs, answer, isQuestion }
  }
  throw changedConversation()
}

/**
 * Tells a reading once. Throws `conversation-changed` if the question is read in another way when it is answered again: what was
 * told is not taken back.
 */
function tellingOnce({ onReading, ...others }: AskProgress): AskProgress {
  let told: string | null = null
  if (!onReading) return others
  return {
    ...others,
    onReading: (interpretedAs) => {
      if (told !== null && told !== interpretedAs) throw changedConversation()
      if (told === null) onReading(interpretedAs)
      told = interpretedAs
    },
  }
}

interface TurnsBefore {
  readonly turns: readonly PastTurn[]
  /** The version of the stored conversation; null where the question begins one. */
  readonly version: number | null
}

async function turnsBefore(
  { conversationId, told = [], requestId = null }: AskRequest,
  { conversations, store }: ConverseOptions,
): Promise<TurnsBefore> {
  const rebuilt = told.length === 0 ? [] : await rebuildTurns(told, store)
  if (conversationId === null) return { turns: rebuilt, version: null }
  const kept = await conversations.find(conversationId)
  if (kept === null) throw unknownConversation()
  if (turnOfRequest(kept.turns, requestId)) throw changedConversation()
  return { turns: [...kept.turns, ...rebuilt], version: kept.version }
}

/** Stores a turn, and gives the id of its conversation; null where the conversation has another version by now. */
async function storeTurn(
  { answer, interpretedAs, searched, added }: AnsweredTurn,
  version: number | null,
  request: AskRequest,
  { conversations }: ConverseOptions,
): Promise<string | null> {
  const { question, conversationId, newConversationId } = request
  const { requestId = null, visible = null, keep = true } = request
  if (!keep) return randomUUID()
  const reply = toStoredReply(answer, { question, interpretedAs })
  const turn = { ...reply, searched, added, requestId, visible }
  if (conversationId === null || version === null) {
    return conversations.begin(turn, newConversationId)
  }
  const outcome = await conversations.add(conversationId, turn, version)
  if (outcome === 'unknown') throw unknownConversation()
  return outcome === 'added' ? conversationId : null
}

function changedConversation(): FootnoteError {
  const message =
    'Other questions in this conversation were answered at the same time. Wait for their answers, and ask again.'
  return new FootnoteError('conversation-changed', message)
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
    return { answer, interpretedAs: question, isQuestion: false, searched: false, added: [] }
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
    return { answer, interpretedAs, isQuestion: false, searched: true, added }
  }
  const started = performance.now()
  const { interpretedAs, added, context } = await interpret(request, turns, language, options)
  const reading = performance.now() - started
  tellReading(interpretedAs, options)
  const answer = await search({ ...request, question: interpretedAs, context }, options)
  const timings = { reading, ...answer.timings }
  return { answer: { ...answer, timings }, interpretedAs, isQuestion: true, searched: true, added }
}

function tellReading(interpretedAs: string, { signal, progress }: ConverseOptions): void {
  signal?.throwIfAborted()
  progress?.onReading?.(interpretedAs)
}

const AS_TYPED = { isQuestion: true, searched: true, added: [] }

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
  const { equalForms = [] } = options
  const scope = { documentIds, equalForms }
  const { reading, context } = await readFollowUp(question, scope, turns, language, options)
  return { interpretedAs: reading.text, added: [...reading.added], context }
}

function search(question: Question, options: ConverseOptions): Promise<Answer> {
  const { answer = answerQuestion, equalForms = [] } = options
  return answer({ ...question, equalForms }, options)
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
