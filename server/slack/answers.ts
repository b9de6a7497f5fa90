import { FootnoteError } from '../../index/errors.ts'
import { answerToJson } from '../answer/answer-json.ts'
import { askBody, type AskBody } from '../conversation/ask-body.ts'
import type { Reply } from '../conversation/converse.ts'
import type { Log } from '../log.ts'
import type { Service } from '../service.ts'
import type { SlackMemory } from './memory.ts'
import { answerMessage, type Message, plainMessage } from './messages.ts'

export interface AnswersOptions {
  readonly service: Service
  readonly memory: SlackMemory
  /** Where people reach this server, without a `/` at its end. */
  readonly publicUrl: string
  readonly log: Log
}

const HELP =
  'Ask a question in your own words. The answers are quotations from the documents, each with a link to its place.'
const FAILED = 'The question could not be answered. Ask it again in a moment.'

/**
 * Gives what answers questions in the conversation that a place of Slack holds, as messages: a `reply`, or one
 * that only the asker sees and may share. Never rejects.
 */
export function answersIn(options: AnswersOptions) {
  const { service, memory, publicUrl, log } = options

  const ask = async (place: string, { question, maxQuotes }: AskBody): Promise<Reply> => {
    const asked = { question, maxQuotes, documentIds: null }
    const conversationId = await memory.conversationOf(place)
    try {
      return await service.ask({ ...asked, conversationId }, { background: true })
    } catch (error) {
      if (!(error instanceof FootnoteError) || error.code !== 'conversation-unknown') throw error
      // A thread outlives what is remembered of it.
      return service.ask({ ...asked, conversationId: null }, { background: true })
    }
  }

  return async (place: string, text: string, kind: 'private' | 'reply'): Promise<Message> => {
    // Also who is only told how to ask may go on without a mention.
    if (!(await memory.isKnown(place))) await memory.keepPlace(place, null)
    if (text === '') return plainMessage(HELP)
    const asked = askBody.safeParse({ question: text })
    if (!asked.success) return plainMessage(`The question ${asked.error.issues[0]?.message}.`)
    try {
      const reply = await ask(place, asked.data)
      await memory.keepPlace(place, reply.conversationId)
      const answered = answerToJson(reply.answer, { ...reply, explain: false })
      const turn = { ...answered, question: asked.data.question }
      const buttonId = await memory.keepAnswer(turn)
      return answerMessage(turn, { publicUrl, buttonId, kind })
    } catch (error) {
      log.error({ err: error }, 'a question asked in Slack failed')
      return plainMessage(FAILED)
    }
  }
}
