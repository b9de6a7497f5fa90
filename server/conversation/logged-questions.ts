import type { Log } from '../log.ts'
import type { Questions } from './questions.ts'

/** The same questions, each in the log with how it was read and whether it was answered; not who asked, nor in which conversation. */
export function loggedQuestions(questions: Questions, log: Log): Questions {
  return {
    ...questions,
    ask: async (said, options) => {
      const { question } = said
      try {
        const reply = await questions.ask(said, options)
        const { answered, confidence } = reply.answer
        const { interpretedAs } = reply
        log.info({ question, interpretedAs, answered, confidence }, 'question')
        return reply
      } catch (error) {
        log.info({ question, err: error }, 'question without an answer')
        throw error
      }
    },
  }
}
