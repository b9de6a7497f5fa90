import { randomUUID } from 'node:crypto'
import { type ErrorCode, FootnoteError } from '../../index/errors.ts'
import { toStoredReply } from '../answer/stored-reply.ts'
import { askBody } from '../conversation/ask-body.ts'
import type { AskRequest, Reply } from '../conversation/converse.ts'
import { turnOfRequest } from '../conversation/turn.ts'
import type { Log } from '../log.ts'
import type { Service } from '../service.ts'
import type { SlackStore } from '../state/state.ts'
import type { StoredReply } from '../state/stored.ts'
import { answerMessage, type Message, plainMessage } from './messages.ts'

/** What questions in Slack are answered with. */
export interface AnswersOptions {
  readonly service: Service
  readonly store: SlackStore
  /** The address at which people reach this server, without a `/` at its end. */
  readonly publicUrl: string
  readonly log: Log
}

const HELP =
  'Ask a question in your own words. The answers are quotations from the documents, each with a link to its source.'
/** What a question gets that failed. */
export const FAILED = 'The question could not be answered. Ask it again in a moment.'

/** How a question was asked. */
export interface Asked {
  /** The answer is a `reply`, or a `private` message, which only the asker sees and can share. */
  readonly kind: 'private' | 'reply'
  /** The id of the event, which may be handled again after a crash; null for what comes once. */
  readonly requestId: string | null
}

/**
 * Gives a function that answers a question in the conversation of a place in Slack (a thread, a
 * direct conversation, or a person's commands in a channel). A question that fails gets a message
 * too; the function rejects only with `database-unavailable`. An event that is handled again gets the
 * reply that it got before.
 */
export function answersIn(options: AnswersOptions) {
  const { service, store, publicUrl, log } = options

  const begin = async (place: string, question: PlaceQuestion): Promise<Reply> => {
    // Kept before the conversation has its first turn: after a crash in between, the turn is found.
    const newConversationId = randomUUID()
    await store.keepPlace(place, newConversationId)
    return service.ask({ ...question, conversationId: null, newConversationId }, BACKGROUND)
  }

  const ask = async (place: string, question: PlaceQuestion): Promise<Reply> => {
    const conversationId = await store.conversationOf(place)
    if (conversationId === null) return begin(place, question)
    await store.keepPlace(place, conversationId)
    try {
      return await service.ask({ ...question, conversationId }, BACKGROUND)
    } catch (error) {
      // A thread in Slack lasts longer than its conversation is kept.
      if (hasCode(error, 'conversation-unknown')) return begin(place, question)
      throw error
    }
  }

  /** The reply that was stored, and perhaps never posted, when the event was handled before. */
  const earlierReply = async (place: string, requestId: string | null) => {
    if (requestId === null) return null
    const conversationId = await store.conversationOf(place)
    const conversation = conversationId && (await service.conversations.find(conversationId))
    return conversation ? turnOfRequest(conversation.turns, requestId) : null
  }

  const replyTo = async (place: string, question: PlaceQuestion): Promise<StoredReply> => {
    const { requestId } = question
    const earlier = await earlierReply(place, requestId)
    if (earlier) return earlier
    try {
      const reply = await ask(place, question)
      return toStoredReply(reply.answer, { ...reply, question: question.question })
    } catch (error) {
      if (!hasCode(error, 'conversation-changed')) throw error
      // A server that stalled and lost the event may have answered it meanwhile.
      const other = await earlierReply(place, requestId)
      if (other) return other
      throw error
    }
  }

  return async (place: string, text: string, { kind, requestId }: Asked): Promise<Message> => {
    // After the reply to an empty question, too, the thread goes on without a mention.
    if (!(await store.isKnownPlace(place))) await store.keepPlace(place, null)
    if (text === '') return plainMessage(HELP)
    const asked = askBody.safeParse({ question: text })
    if (!asked.success) return plainMessage(`The question ${asked.error.issues[0]?.message}.`)
    const { question, maxQuotes } = asked.data
    try {
      const reply = await replyTo(place, { question, maxQuotes, documentIds: null, requestId })
      const buttonId = await store.keepReply(reply)
      return answerMessage(reply, { publicUrl, linkTo: service.linkTo, buttonId, kind })
    } catch (error) {
      if (isDatabaseAway(error)) throw error
      log.error({ err: error }, 'a question asked in Slack failed')
      return plainMessage(FAILED)
    }
  }
}

/** A question without the conversation that its place has. */
type PlaceQuestion = Pick<AskRequest, 'question' | 'maxQuotes' | 'documentIds'> &
  Pick<Asked, 'requestId'>

const BACKGROUND = { background: true }

/** Whether a question failed because the database does not answer. */
export function isDatabaseAway(error: unknown): boolean {
  return hasCode(error, 'database-unavailable')
}

function hasCode(error: unknown, code: ErrorCode): boolean {
  return error instanceof FootnoteError && error.code === code
}
