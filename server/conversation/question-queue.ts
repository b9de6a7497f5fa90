import PQueue from 'p-queue'
import { FootnoteError } from '../../index/errors.ts'
import type { LiveIndex } from '../../index/live-index.ts'
import type { EqualForms } from '../../index/retrieval/equal-forms.ts'
import { inOrder } from '../../index/storage/scoped-store.ts'
import { indexWithin } from '../index-within.ts'
import type { AnswerCache } from '../answer/answer-cache.ts'
import type { Threshold } from '../check/threshold.ts'
import type { Words } from '../words/words.ts'
import { conversationsWithin } from './conversations-within.ts'
import {
  type AskProgress,
  type AskRequest,
  converse,
  type ConverseOptions,
  type Reply,
} from './converse.ts'
import type { VouchedMatcher } from '../vouched/vouched-matcher.ts'
import type { VouchedMatching } from '../vouched/vouched-matching.ts'

export interface AskOptions {
  /** Aborted when nobody waits for the answer any more. */
  readonly signal?: AbortSignal
  /**
   * For a client that holds no connection open, such as Slack. The question may wait as long as it takes: it is never
   * refused, and questions at a connection go first. Default: false.
   */
  readonly background?: boolean
  readonly progress?: AskProgress
}

/**
 * Answers a question. Throws what {@link converse} throws, and
 * - `questions-waiting` where too many questions wait already,
 * - `question-late` after the time limit,
 * - `question-abandoned` where the signal is aborted; the turn is then not remembered.
 */
export type Ask = (request: AskRequest, options?: AskOptions) => Promise<Reply>

export interface QuestionQueueOptions extends Omit<
  ConverseOptions,
  'store' | 'answer' | 'signal' | 'progress' | 'equalForms' | 'minConfidence' | 'vouched'
> {
  readonly index: LiveIndex
  readonly cache: AnswerCache
  readonly words: Words
  /** The confidence that answers need now. */
  readonly threshold: Pick<Threshold, 'current'>
  /** The answers that people chose. Default: none. */
  readonly vouched?: VouchedMatching
  /**
   * Questions that are answered at the same time. One more than the model processes keeps these busy: they work for 93 % of the time that
   * bare calls would take, and for 84 % with one question less.
   */
  readonly concurrency: number
  /** Questions at a connection that may wait; more are refused. Default: 2 for each of `concurrency`. */
  readonly maxWaiting?: number
  /** How long a question may run, and at a connection wait and run, in ms. Default: 30 s. */
  readonly timeLimitMs?: number
}

/**
 * How many questions may wait for each that runs. With three running and nine waiting, the last got its answer after up to 2.4 s,
 * where all questions were of the slowest kind.
 */
const WAITING_FOR_EACH = 2

const TIME_LIMIT_MS = 30_000

/** Questions with a higher priority are answered first. */
const PRIORITY = { connected: 1, background: 0 } as const

/** Answers a few questions at a time, and lets the others wait for their turn. */
export class QuestionQueue {
  readonly #options: QuestionQueueOptions
  readonly #maxWaiting: number
  readonly #timeLimitMs: number
  readonly #queue: PQueue

  constructor(options: QuestionQueueOptions) {
    const { concurrency } = options
    this.#options = options
    this.#maxWaiting = options.maxWaiting ?? WAITING_FOR_EACH * concurrency
    this.#timeLimitMs = options.timeLimitMs ?? TIME_LIMIT_MS
    this.#queue = new PQueue({ concurrency })
  }

  /** See {@link Ask}. A question whose answer is in the cache, or being made for another client, does not wait. */
  async ask(request: AskRequest, options: AskOptions = {}): Promise<Reply> {
    try {
      return await this.#schedule(request, options)
    } catch (error) {
      if (options.signal?.aborted) {
        throw new FootnoteError('question-abandoned', 'Nobody waits for the answer.', error)
      }
      if (!(error instanceof TimeLimitReached)) throw error
      const message = 'The question took too long. Ask again in a moment.'
      throw new FootnoteError('question-late', message, error)
    }
  }

  /** How many questions wait and run now. */
  counts(): { readonly waiting: number; readonly running: number } {
    return { waiting: this.#queue.size, running: this.#queue.pending }
  }

  async #schedule(asked: AskRequest, options: AskOptions): Promise<Reply> {
    const { signal, background } = options
    const equalForms = await this.#options.words.formsFor(asked.visible ?? null)
    const minConfidence = await this.#options.threshold.current()
    const request = { ...asked, equalForms, minConfidence }
    const cached = await this.#cachedAnswer(request)
    if (cached === 'kept') return this.#answer(request, options)
    if (cached === 'coming') return this.#answerInTime(request, options)
    if (background) return this.#enqueue(request, PRIORITY.background, options)
    if (this.#isFull()) {
      const message = 'Too many questions are waiting. Ask again in a moment.'
      throw new FootnoteError('questions-waiting', message)
    }
    // The client waits for both: the limit is on the time in the queue, too.
    return within(this.#timeLimitMs, signal, (limited) =>
      this.#enqueue(request, PRIORITY.connected, { ...options, signal: limited }),
    )
  }

  async #cachedAnswer(request: AdmittedRequest): Promise<ReturnType<AnswerCache['find']>> {
    // Whether a question in a conversation stands alone is known only once its turns are read.
    if (request.conversationId !== null || request.told?.length) return null
    const { cache, index } = this.#options
    const collections = inOrder(request.visible ?? null)
    const { minConfidence } = request
    const vouchedVersion = (await this.#vouchedFor(request))?.version ?? 0
    const { generation } = index
    return cache.find(request, { generation, collections, minConfidence, vouchedVersion })
  }

  /** The answers that people chose, for a request that may get them. */
  async #vouchedFor({ withoutVouched = false }: AskRequest): Promise<VouchedMatcher | undefined> {
    return withoutVouched ? undefined : this.#options.vouched?.current()
  }

  #isFull(): boolean {
    const waiting = this.#queue.sizeBy({ priority: PRIORITY.connected })
    return this.#queue.pending >= this.#options.concurrency && waiting >= this.#maxWaiting
  }

  #enqueue(request: AdmittedRequest, priority: number, options: AskOptions): Promise<Reply> {
    const { signal } = options
    const answer = () => this.#answerInTime(request, options)
    return this.#queue.add(answer, { priority, ...(signal && { signal }) })
  }

  #answerInTime(request: AdmittedRequest, options: AskOptions): Promise<Reply> {
    return within(this.#timeLimitMs, options.signal, (signal) =>
      this.#answer(request, { ...options, signal }),
    )
  }

  async #answer(
    { equalForms, minConfidence, ...request }: AdmittedRequest,
    { signal, progress }: AskOptions,
  ): Promise<Reply> {
    const { index, cache, conversations, ...options } = this.#options
    const { visible = null } = request
    const vouched = await this.#vouchedFor(request)
    return indexWithin(index, visible).use((store) =>
      converse(request, {
        ...options,
        equalForms,
        minConfidence,
        store,
        vouched,
        conversations: conversationsWithin(conversations, visible),
        answer: cache.answer,
        ...(signal && { signal }),
        ...(progress && { progress }),
      }),
    )
  }
}

/** A request with what the desk has set for it, which stays the same while it waits. */
type AdmittedRequest = AskRequest & {
  readonly equalForms: readonly EqualForms[]
  readonly minConfidence: number
}

class TimeLimitReached extends Error {}

/**
 * Runs `work` with a time limit. Rejects when `signal` is aborted, and with `TimeLimitReached` after `ms`. It does not wait
 * for `work` to end then: the signal that `work` gets is aborted, and its place in the queue becomes free at once.
 */
async function within<T>(
  ms: number,
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = new AbortController()
  const timer = setTimeout(() => limit.abort(new TimeLimitReached()), ms)
  try {
    const either = signal ? AbortSignal.any([signal, limit.signal]) : limit.signal
    either.throwIfAborted()
    const aborted = new Promise<never>((_, reject) => {
      either.addEventListener('abort', () => reject(either.reason), { once: true })
    })
    return await Promise.race([work(either), aborted])
  } finally {
    clearTimeout(timer)
  }
}
