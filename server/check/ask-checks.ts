import { FootnoteError } from '../../index/errors.ts'
import { DEFAULT_QUOTES } from '../conversation/ask-body.ts'
import type { Ask } from '../conversation/question-queue.ts'
import { indexWithin, type ReadableIndex } from '../index-within.ts'
import { type CheckQuestion, type ExpectedQuote, standingQuotes } from './check-question.ts'
import { failed, judge } from './judge.ts'
import type { CheckResult } from './run.ts'

/** What questions are asked with. */
export interface AskingParts {
  readonly ask: Ask
  readonly index: ReadableIndex
  readonly signal?: AbortSignal
  /** Called after each question with how many are done. */
  readonly onProgress?: (done: number) => void
}

/** How often a question is asked before it counts as failed. */
const MAX_ATTEMPTS = 3

/** What may go well if the question is asked again. */
const PASSING_FAULTS: ReadonlySet<string> = new Set([
  'index-replaced',
  'inference-failed',
  'question-late',
])

/**
 * Asks questions, one after the other, in the background, and judges the answers. Answers that people chose are left out: they
 * would answer their own questions. Rejects with what `ask` throws, and with `question-abandoned` where the signal is aborted.
 */
export async function askChecks(
  questions: readonly CheckQuestion[],
  { onProgress, ...parts }: AskingParts,
): Promise<CheckResult[]> {
  const results: CheckResult[] = []
  for (const question of questions) {
    const expected = await indexWithin(parts.index, question.collections).use((store) =>
      standingQuotes(question.quotes, store),
    )
    results.push(await askUntilAnswered(question, expected, parts))
    onProgress?.(results.length)
  }
  return results
}

async function askUntilAnswered(
  question: CheckQuestion,
  expected: readonly ExpectedQuote[],
  { ask, signal }: AskingParts,
): Promise<CheckResult> {
  const request = {
    question: question.question,
    maxQuotes: DEFAULT_QUOTES,
    documentIds: null,
    conversationId: null,
    visible: question.collections,
    keep: false,
    withoutVouched: true,
  }
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    try {
      const { answer } = await ask(request, { background: true, ...(signal && { signal }) })
      return judge(question, expected, answer)
    } catch (error) {
      const mayPass = error instanceof FootnoteError && PASSING_FAULTS.has(error.code)
      if (!mayPass) throw error
    }
  }
  return failed(question, expected)
}
