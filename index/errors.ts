/** What can go wrong in a way that a person can mend; the message says how. */
export type ErrorCode =
  | 'build-running'
  | 'conversation-unknown'
  | 'conversations-unreadable'
  | 'dataset-invalid'
  | 'disk-full'
  | 'documents-empty'
  | 'documents-invalid'
  | 'documents-missing'
  | 'feedback-unreadable'
  | 'index-corrupt'
  | 'index-missing'
  | 'index-stale'
  | 'index-unwritable'
  | 'inference-failed'
  | 'model-missing'
  | 'port-unavailable'
  | 'question-abandoned'
  | 'question-invalid'
  | 'question-late'
  | 'questions-waiting'
  | 'setting-invalid'
  | 'slack-memory-unreadable'
  | 'storage-busy'
  | 'storage-unwritable'

/** An error whose message is written for the person who runs Footnote: what happened, what to do next. */
export class FootnoteError extends Error {
  override readonly name = 'FootnoteError'
  readonly code: ErrorCode

  constructor(code: ErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
  }
}
