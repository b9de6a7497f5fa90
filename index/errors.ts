/** The HTTP response to a request that failed with an error. */
export interface ClientResponse {
  readonly status: 403 | 404 | 409 | 413 | 422 | 503 | 507
  /** After how many seconds the client may try again. Every 503 has it. */
  readonly retryAfterSeconds?: number
  /** The text for the client. Default: the message of the error, which is then written for clients too. */
  readonly detail?: string
}

const STORAGE_FAILED =
  'Conversations cannot be stored at the moment. The operator of this server has to check its disk or its database. Ask again later.'

const DESK_FAILED =
  'Keys and what was entered at the desk cannot be read at the moment. The operator of this server has to check its disk. Ask again later.'

/**
 * Every error code, with its HTTP response. `null`: the error ends a start, a build or a command, and is not expected
 * while a request is answered. If it occurs there, the response says only that something went wrong.
 */
const CLIENT_RESPONSES = {
  'address-invalid': null,
  'build-running': null,
  'check-empty': { status: 409 },
  'check-invalid': null,
  'check-running': { status: 409 },
  'collection-forbidden': { status: 403 },
  'conversation-changed': { status: 409 },
  'conversation-unknown': { status: 404 },
  'conversations-unreadable': { status: 503, retryAfterSeconds: 60, detail: STORAGE_FAILED },
  'database-unavailable': {
    status: 503,
    retryAfterSeconds: 5,
    detail: 'The database does not answer at the moment. Ask again.',
  },
  'dataset-invalid': null,
  'desk-unreadable': { status: 503, retryAfterSeconds: 60, detail: DESK_FAILED },
  'disk-full': { status: 503, retryAfterSeconds: 60, detail: STORAGE_FAILED },
  'document-exists': { status: 409 },
  'document-last': { status: 409 },
  'document-unknown': { status: 404 },
  'documents-closed': { status: 409 },
  'documents-empty': null,
  'documents-invalid': null,
  'documents-missing': null,
  'documents-unwritable': null,
  'draft-invalid': null,
  'drafts-waiting': { status: 503, retryAfterSeconds: 10 },
  'feedback-unreadable': { status: 503, retryAfterSeconds: 60, detail: STORAGE_FAILED },
  'index-corrupt': {
    status: 503,
    retryAfterSeconds: 60,
    detail:
      'The index of the documents is damaged. The operator of this server has to rebuild it. Ask again later.',
  },
  'index-missing': null,
  'index-replaced': { status: 503, retryAfterSeconds: 2 },
  'index-stale': null,
  'index-unwritable': null,
  'inference-failed': {
    status: 503,
    retryAfterSeconds: 1,
    detail: 'The question was interrupted. Ask it again.',
  },
  'inference-unreachable': {
    status: 503,
    retryAfterSeconds: 2,
    detail: 'The models cannot be reached at the moment. Ask again.',
  },
  'key-invalid': null,
  'key-unknown': null,
  'measurements-invalid': null,
  'model-missing': null,
  'not-ready': { status: 503, retryAfterSeconds: 1 },
  'original-gone': { status: 404 },
  'page-unknown': { status: 404 },
  'pages-waiting': { status: 503, retryAfterSeconds: 2 },
  'port-unavailable': null,
  // The questions of a full queue are answered in 2 s.
  'question-abandoned': { status: 503, retryAfterSeconds: 2 },
  'question-invalid': null,
  'question-late': { status: 503, retryAfterSeconds: 2 },
  'questions-unreadable': { status: 503, retryAfterSeconds: 60, detail: STORAGE_FAILED },
  'questions-waiting': { status: 503, retryAfterSeconds: 2 },
  'setting-invalid': null,
  'sidecar-unreadable': { status: 409 },
  'slack-memory-unreadable': null,
  'space-short': { status: 507 },
  'state-newer': null,
  'storage-busy': {
    status: 503,
    retryAfterSeconds: 5,
    detail: 'Conversations cannot be stored at the moment. Ask again.',
  },
  'storage-unwritable': { status: 503, retryAfterSeconds: 60, detail: STORAGE_FAILED },
  'threshold-fixed': { status: 409 },
  'upload-refused': { status: 422 },
  'upload-too-large': { status: 413 },
  'upload-unknown': { status: 404 },
  'uploads-waiting': { status: 503, retryAfterSeconds: 5 },
  'webhooks-unreadable': null,
} as const satisfies Readonly<Record<string, ClientResponse | null>>

/** What went wrong. */
export type ErrorCode = keyof typeof CLIENT_RESPONSES

/**
 * An error that a person can do something about. The message says what happened and what to do next. It is written for
 * the person who runs Footnote, and for clients too where {@link clientResponse} has no `detail`.
 */
export class FootnoteError extends Error {
  override readonly name = 'FootnoteError'
  readonly code: ErrorCode

  constructor(code: ErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
  }
}

/** The HTTP response to a request that failed with this code; null: a response that says only that something went wrong. */
export function clientResponse(code: ErrorCode): ClientResponse | null {
  return CLIENT_RESPONSES[code]
}
