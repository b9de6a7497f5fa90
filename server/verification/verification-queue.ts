import PQueue from 'p-queue'
import { FootnoteError } from '../../index/errors.ts'
import type { Inference } from '../../index/inference/inference.ts'
import type { LiveIndex } from '../../index/live-index.ts'
import { type Draft, verifyDraft, type VerifyOptions } from './verify.ts'
import type { VerifiedSentence } from './verify-schema.ts'

/**
 * Says of each sentence and each quotation of a draft whether it stands in the documents, and where. Rejects with
 * `questions-waiting` where too many drafts wait already, and with `question-abandoned` where the signal is aborted.
 */
export type Verify = (draft: Draft, options?: VerifyOptions) => Promise<VerifiedSentence[]>

/** The longest draft takes some seconds, and a client should not wait much longer than that. */
const MAX_WAITING = 4

/** Verifies one draft at a time, so that questions are answered meanwhile. */
export function verificationQueue(index: LiveIndex, inference: Inference): Verify {
  const queue = new PQueue({ concurrency: 1 })
  return async (draft, options = {}) => {
    if (queue.size >= MAX_WAITING) {
      const message = 'Too many drafts are waiting. Send it again in a moment.'
      throw new FootnoteError('questions-waiting', message)
    }
    const { signal } = options
    try {
      return await queue.add(
        () => index.use((store) => verifyDraft(draft, { store, inference }, options)),
        { ...(signal && { signal }) },
      )
    } catch (error) {
      if (!signal?.aborted) throw error
      throw new FootnoteError('question-abandoned', 'Nobody waits for the answer.', error)
    }
  }
}
