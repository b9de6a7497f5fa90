import type { AnswerJson, QuoteJson } from '../answer/answer-schema.ts'
import { readEvents } from './read-events.ts'

/** The requests that the widget sends to the server. */
export interface Api {
  /** Asks, and calls `progress` with what is known of the answer as it comes. */
  ask(question: AskRequest, signal: AbortSignal, progress: AskProgress): Promise<AnswerJson>
  giveFeedback(feedback: Feedback): Promise<void>
}

/** Called with what is known of an answer before it is complete. */
export interface AskProgress {
  /** Called with what is searched for, and once more each time the question had to be asked again. */
  readonly onReading: (interpretedAs: string) => void
  /** Called with the next quote that answers. */
  readonly onQuote: (quote: QuoteJson) => void
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
  /** After how many ms the server allows the next try; 0 if it does not say. */
  readonly retryAfterMs: number

  constructor(status: number | null, problem: unknown = null, retryAfterMs = 0) {
    const detail = detailOf(problem)
    super(detail ?? 'no answer')
    this.status = status
    this.detail = detail
    this.namesField = hasWrongFields(problem)
    this.retryAfterMs = retryAfterMs
  }
}

/** The media type of an answer that comes as events. */
const EVENTS = 'text/event-stream'

/** How often a question is sent again to a busy server before the user is told. */
const MAX_RETRIES = 5

/**
 * Connects to the server at `endpoint`, which ends in `/`. Every call rejects with an `ApiError`,
 * or with any error if its signal is aborted.
 */
export function connect(endpoint: string): Api {
  const post = async (
    path: string,
    body: unknown,
    { signal, accept = 'application/json' }: { signal?: AbortSignal; accept?: string } = {},
  ): Promise<Response> => {
    const response = await fetch(endpoint + path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: accept },
      body: JSON.stringify(body),
      // Who is signed in at the server asks for themselves on its own pages.
      credentials: 'same-origin',
      ...(signal && { signal }),
    }).catch(unreachable)
    if (response.ok) return response
    const problem: unknown = await response.json().catch(() => null)
    const seconds = Number(response.headers.get('Retry-After'))
    throw new ApiError(response.status, problem, seconds * 1000)
  }
  return {
    ask({ question, conversationId, documents, collections }, signal, progress) {
      const body = {
        question,
        ...(conversationId !== null && { conversationId }),
        ...(documents.length > 0 && { documents }),
        ...(collections.length > 0 && { collections }),
      }
      const asking = { signal, accept: `${EVENTS}, application/json;q=0.9` }
      return untilNotBusy(async () => readAnswer(await post('ask', body, asking), progress), signal)
    },
    async giveFeedback(feedback) {
      await post('feedback', feedback)
    },
  }
}

/** Asks a busy server again, each time after the pause that it asks for. */
async function untilNotBusy<T>(ask: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let retries = 0; ; retries += 1) {
    try {
      return await ask()
    } catch (error) {
      const isBusy = error instanceof ApiError && error.status === 503 && error.retryAfterMs > 0
      if (!isBusy || retries === MAX_RETRIES || signal.aborted) throw error
      // A random pause, so that clients that were refused together do not come back together.
      await pause(error.retryAfterMs * (0.5 + Math.random()), signal)
    }
  }
}

/** The answer of a response: events, or JSON from an older server or a proxy that has no events. */
async function readAnswer(response: Response, progress: AskProgress): Promise<AnswerJson> {
  const isStream = response.headers.get('Content-Type')?.startsWith(EVENTS) ?? false
  const answer = isStream
    ? await readStreamedAnswer(response, progress)
    : await response.json().catch(() => null)
  if (!isAnswer(answer)) throw new ApiError(response.status)
  return answer
}

/** The data of the event that ends a streamed answer. A stream that breaks off counts as an unreachable server. */
async function readStreamedAnswer(response: Response, progress: AskProgress): Promise<unknown> {
  let retryAfterMs = 0
  const events = readEvents(response, (ms) => {
    retryAfterMs = ms
  })
  try {
    for await (const { name, data } of events) {
      if (name === 'reading') progress.onReading(String(Object(data).interpretedAs))
      if (name === 'quote' && isQuote(data)) progress.onQuote(data)
      if (name === 'end') return data
      if (name === 'error') throw new ApiError(Number(Object(data).status), data, retryAfterMs)
    }
  } catch (error) {
    throw error instanceof ApiError ? error : unreachable()
  }
  return unreachable()
}

function unreachable(): never {
  throw new ApiError(null)
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

function isQuote(value: unknown): value is QuoteJson {
  const { text, citation, passage, alsoIn } = Object(value)
  return typeof text === 'string' && Boolean(citation && passage) && Array.isArray(alsoIn)
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
