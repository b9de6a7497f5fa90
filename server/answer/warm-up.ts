import type { LiveIndex } from '../../index/live-index.ts'
import { type AnswerContext, answerQuestion } from './answer.ts'

/** A question on nothing in particular. */
const QUESTION = 'What happened first, and who said so?'

/**
 * Answers a question that nobody asked. The first question that somebody asks then does not wait until code is compiled and the index
 * is read into memory. A fault is left to that question.
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
