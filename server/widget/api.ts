import type { AnswerJson } from '../answer/answer-schema.ts'

/** The requests that the widget sends to the server. */
export interface Api {
  ask(question: AskRequest, signal: AbortSignal): Promise<AnswerJson>
  giveFeedback(feedback: Feedback): Promise<void>
}

/** A question, as it is sent. */
export interface AskRequest {
  readonly question: string
  /** Null for a new conversation. */
  readonly conversationId: string | null
  /** The ids of the documents to answer from; empty for all documents. */
  readonly documents: readonly string[]
  /** The collections to answer from as well. */
  readonly collections: readonly string[]
}

/** Whether the answer to a question of a conversation helped. */
export interface Feedback {
  readonly conversationId: string
  readonly question: string
  readonly helpful: boolean
}

/** A request that failed. */
export class ApiError extends Error {
  /** The status of the response; null where the server could not be reached. */
  readonly status: number | null
  /** The reason that the server gave; null where it gave none. */
  readonly detail: string | null
  /** Whether the server named a field of the request that is wrong, such as a document that does not exist. */
  readonly namesField: boolean

  constructor(status: number | null, detail: string | null, namesField = false) {
    super(detail ?? 'no answer')
    this.status = status
    this.detail = detail
    this.namesField = namesField
  }
}

/** How often a question is sent again to a busy server before the user is told. */
const MAX_RETRIES = 5

/**
 * Connects to the server at `endpoint`, which ends in `/`. Every call rejects with an `ApiError`,
 * or, where its signal is aborted, with another error.
 */
export function connect(endpoint: string): Api {
  const post = async (
    path: string,
    body: unknown,
    signal?: AbortSignal,
    retries = 0,
  ): Promise<Response> => {
    const response = await fetch(endpoint + path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
      credentials: 'omit',
      ...(signal && { signal }),
    }).catch((error: unknown) => {
      throw signal?.aborted ? error : new ApiError(null, null)
    })
    if (response.ok) return response
    const seconds = Number(response.headers.get('Retry-After'))
    if (response.status === 503 && seconds > 0 && retries > 0) {
      // A random pause, so that clients that were refused together do not come back together.
      await pause(seconds * 1000 * (0.5 + Math.random()), signal)
      return post(path, body, signal, retries - 1)
    }
    const problem: unknown = await response.json().catch(() => null)
    throw new ApiError(response.status, detailOf(problem), hasWrongFields(problem))
  }
  return {
    async ask({ question, conversationId, documents, collections }, signal) {
      const body = {
        question,
        ...(conversationId !== null && { conversationId }),
        ...(documents.length > 0 && { documents }),
        ...(collections.length > 0 && { collections }),
      }
      const response = await post('ask', body, signal, MAX_RETRIES)
      const answer: unknown = await response.json().catch(() => null)
      if (!isAnswer(answer)) throw new ApiError(response.status, null)
      return answer
    },
    async giveFeedback(feedback) {
      await post('feedback', feedback)
    },
  }
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms)
    const stop = () => {
      clearTimeout(timer)
      reject(new Error('stopped'))
    }
    signal?.addEventListener('abort', stop, { once: true })
  })
}

/**
 * Whether a value has the fields that are needed to show it as an answer. A proxy may have sent
 * something else.
 */
export function isAnswer(value: unknown): value is AnswerJson {
  const { answer, quotes, alsoOnThis, closest } = Object(value)
  return typeof answer === 'string' && [quotes, alsoOnThis, closest].every(Array.isArray)
}

function hasWrongFields(problem: unknown): boolean {
  return Array.isArray(Object(problem).errors)
}

/** The detail of a problem response, with what is wrong with the first wrong field. */
function detailOf(problem: unknown): string | null {
  const { detail, errors } = Object(problem)
  if (typeof detail !== 'string') return null
  const [first] = Array.isArray(errors) ? errors : []
  return typeof first?.message === 'string' ? `${detail} (${first.path}: ${first.message})` : detail
}
