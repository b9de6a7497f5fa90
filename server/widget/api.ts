import type { AnswerJson } from '../answer/answer-schema.ts'

/** The server as the widget sees it; `endpoint` is its address, with a `/` at its end. */
export interface Api {
  ask(asked: Asked, signal: AbortSignal): Promise<AnswerJson>
  giveFeedback(given: Feedback): Promise<void>
}

export interface Asked {
  readonly question: string
  readonly conversationId: string | null
  /** Ids of documents to answer from; empty: all of them. */
  readonly documents: readonly string[]
}

export interface Feedback {
  readonly conversationId: string
  readonly question: string
  readonly helpful: boolean
}

/** Why there is no answer, in the server's words; null where it could not be reached or did not say. */
export class ApiError extends Error {
  /** Of the response; null where there was none. */
  readonly status: number | null
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

/** How often a server that is busy is asked once more before its reader is told. */
const PATIENCE = 5

/** Talks to the server at `endpoint`. Every call rejects with an `ApiError`, or an abort's error. */
export function connect(endpoint: string): Api {
  const post = async (
    path: string,
    body: unknown,
    signal?: AbortSignal,
    patience = 0,
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
    if (response.status === 503 && seconds > 0 && patience > 0) {
      // Not all at once, who were sent away at once.
      await pause(seconds * 1000 * (0.5 + Math.random()), signal)
      return post(path, body, signal, patience - 1)
    }
    const problem: unknown = await response.json().catch(() => null)
    throw new ApiError(response.status, detailOf(problem), hasWrongFields(problem))
  }
  return {
    async ask({ question, conversationId, documents }, signal) {
      const body = {
        question,
        ...(conversationId !== null && { conversationId }),
        ...(documents.length > 0 && { documents }),
      }
      const response = await post('ask', body, signal, PATIENCE)
      const answer: unknown = await response.json().catch(() => null)
      if (!isAnswer(answer)) throw new ApiError(response.status, null)
      return answer
    },
    async giveFeedback(given) {
      await post('feedback', given)
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

/** Whether something is an answer, as far as showing it needs that: a proxy may have answered instead. */
export function isAnswer(given: unknown): given is AnswerJson {
  const { answer, quotes, closest } = Object(given)
  return typeof answer === 'string' && Array.isArray(quotes) && Array.isArray(closest)
}

function hasWrongFields(problem: unknown): boolean {
  return Array.isArray(Object(problem).errors)
}

/** What a problem says, and of a wrong field what is wrong with it. */
function detailOf(problem: unknown): string | null {
  const { detail, errors } = Object(problem)
  if (typeof detail !== 'string') return null
  const [wrong] = Array.isArray(errors) ? errors : []
  return typeof wrong?.message === 'string' ? `${detail} (${wrong.path}: ${wrong.message})` : detail
}
