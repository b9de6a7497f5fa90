import PQueue from 'p-queue'
import { FootnoteError } from '../../index/errors.ts'
import type { Inference } from '../../index/inference/inference.ts'
import type { LinkTo } from '../answer/quote-url.ts'
import { indexWithin, type ReadableIndex } from '../index-within.ts'
import { type Draft, type TakeTurn, verifyDraft } from './verify.ts'
import type { VerifiedSentence } from './verify-schema.ts'

/** How to verify one draft. */
export interface VerifyOptions {
  /** Aborted when nobody waits for the answer any more. */
  readonly signal?: AbortSignal
  /** For a client that holds no connection open, such as the command line: it is never refused and has no time limit. Default: false. */
  readonly background?: boolean
}

/**
 * Says of each sentence and each quotation of a draft whether the documents have it, and where. Rejects with
 * - `drafts-waiting` if too many drafts are being verified,
 * - `question-late` after the time limit,
 * - `question-abandoned` if the signal is aborted.
 */
export type Verify = (draft: Draft, options?: VerifyOptions) => Promise<VerifiedSentence[]>

/** How many drafts are verified in turns, besides those that run in the background. With more, many would pass the time limit. */
const MAX_DRAFTS = 16

/**
 * How long a draft may take, in ms: the server ends a connection after 60 s of silence. Without a look for similar sentences the
 * longest draft takes some seconds. With it, each sentence that is not found takes some tenths of a second.
 */
const TIME_LIMIT_MS = 50_000

/**
 * Verifies drafts in turns, one sentence at a time, so that questions are answered meanwhile. The draft with the fewest sentences left
 * comes first: a sentence does not wait for a long draft.
 */
export function verificationQueue(
  index: ReadableIndex,
  inference: Inference,
  linkTo: LinkTo,
): Verify {
  const turns = new PQueue({ concurrency: 1 })
  const takeTurn: TakeTurn = (work, sentencesLeft) => turns.add(work, { priority: -sentencesLeft })
  let drafts = 0
  return async (draft, { signal, background = false } = {}) => {
    if (!background && drafts >= MAX_DRAFTS) {
      const message = 'Too many drafts are being verified. Send it again in a moment.'
      throw new FootnoteError('drafts-waiting', message)
    }
    const limit = background ? null : AbortSignal.timeout(TIME_LIMIT_MS)
    const either = AbortSignal.any([signal, limit].filter((one) => !!one))
    drafts += background ? 0 : 1
    try {
      const within = indexWithin(index, draft.visible ?? null)
      return await within.use((store) =>
        verifyDraft(draft, { store, inference, takeTurn, linkTo }, either),
      )
    } catch (error) {
      if (signal?.aborted) {
        throw new FootnoteError('question-abandoned', 'Nobody waits for the answer.', error)
      }
      if (!limit?.aborted) throw error
      const message = 'The draft took too long. Send it in parts, or with threshold 1.'
      throw new FootnoteError('question-late', message, error)
    } finally {
      drafts -= background ? 0 : 1
    }
  }
}
