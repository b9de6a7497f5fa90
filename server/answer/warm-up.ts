import type { LiveIndex } from '../../index/live-index.ts'
import { type AnswerContext, answerQuestion } from './answer.ts'

/** A question on nothing in particular. */
const QUESTION = 'What happened first, and who said so?'

/**
 * Answers a question that nobody asked, so that the first one that somebody asks takes no longer than the tenth: code is compiled when it
 * first runs, and the index is read into memory. That takes 0.2 s. A fault is left to the first question.
 */
export async function warmUp(
  index: LiveIndex,
  context: Omit<AnswerContext, 'store'>,
): Promise<void> {
  const answering = index.use((store) =>
    answerQuestion({ question: QUESTION, maxQuotes: 1, documentIds: null }, { ...context, store }),
  )
  await answering.catch(() => null)
}
