import { FootnoteError } from '../../index/errors.ts'
import { toStoredReply } from '../answer/stored-reply.ts'
import { askBody, type AskBody } from '../conversation/ask-body.ts'
import type { Reply } from '../conversation/converse.ts'
import type { Log } from '../log.ts'
import type { Service } from '../service.ts'
import type { SlackStore } from '../state/state.ts'
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

/**
 * Gives a function that answers a question in the conversation of a place in Slack (a thread, a
 * direct conversation, or a person's commands in a channel). The answer is a message: a `reply`, or
 * a `private` one, which only the asker sees and can share. A question that fails gets a message
 * too; the function rejects only with `database-unavailable`.
 */
export function answersIn(options: AnswersOptions) {
  const { service, store, publicUrl, log } = options

  const ask = async (place: string, { question, maxQuotes }: AskBody): Promise<Reply> => {
    const asked = { question, maxQuotes, documentIds: null }
    const conversationId = await store.conversationOf(place)
    try {
      return await service.ask({ ...asked, conversationId }, { background: true })
    } catch (error) {
      if (!(error instanceof FootnoteError) || error.code !== 'conversation-unknown') throw error
      // A thread in Slack lasts longer than its conversation is kept.
      return service.ask({ ...asked, conversationId: null }, { background: true })
    }
  }

  return async (place: string, text: string, kind: 'private' | 'reply'): Promise<Message> => {
    // After the reply to an empty question, too, the thread goes on without a mention.
    if (!(await store.isKnownPlace(place))) await store.keepPlace(place, null)
    if (text === '') return plainMessage(HELP)
    const asked = askBody.safeParse({ question: text })
    if (!asked.success) return plainMessage(`The question ${asked.error.issues[0]?.message}.`)
    try {
      const reply = await ask(place, asked.data)
      await store.keepPlace(place, reply.conversationId)
      const stored = toStoredReply(reply.answer, { ...reply, question: asked.data.question })
      const buttonId = await store.keepReply(stored)
      return answerMessage(stored, { publicUrl, buttonId, kind })
    } catch (error) {
      if (isDatabaseAway(error)) throw error
      log.error({ err: error }, 'a question asked in Slack failed')
      return plainMessage(FAILED)
    }
  }
}

/** Whether a question failed because the database does not answer. */
export function isDatabaseAway(error: unknown): boolean {
  return error instanceof FootnoteError && error.code === 'database-unavailable'
}
