import type { Log } from '../log.ts'
import type { Ask } from './question-queue.ts'

/**
 * Writes each question to the log, with how it was interpreted and whether it was answered. Neither the client nor the
 * conversation is logged: the conversation's id gives access to it.
 */
export function loggedQuestions(ask: Ask, log: Log): Ask {
  return async (request, options) => {
    const { question } = request
    try {
      const reply = await ask(request, options)
      const { answered, confidence } = reply.answer
      const { interpretedAs } = reply
      log.info({ question, interpretedAs, answered, confidence }, 'question')
      return reply
    } catch (error) {
      log.info({ question, err: error }, 'question without an answer')
      throw error
    }
  }
}
