import type { VerifiedSentence } from './verify-schema.ts'

/** A text whose sentences and quotations are looked for in the documents. */
export interface Draft {
  readonly text: string
  /** Ids of the documents to look in; null: all of them. */
  readonly documentIds: readonly string[] | null
  /** The least cosine of a sentence that is shown as similar; with 1 none is looked for. */
  readonly threshold: number
}

export interface VerifyOptions {
  /** Aborted when nobody waits for the answer any more. */
  readonly signal?: AbortSignal
}

/**
 * Says of each sentence and each quotation of a draft whether it stands in the documents, and where. Throws
 * `questions-waiting` where too much waits already, and `question-abandoned` where the signal is aborted.
 */
export type Verify = (draft: Draft, options?: VerifyOptions) => Promise<VerifiedSentence[]>
