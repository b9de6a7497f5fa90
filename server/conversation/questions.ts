import PQueue from 'p-queue'
import type { Inference } from '../../index/inference/inference.ts'
import type { LiveIndex } from '../../index/live-index.ts'
import { FootnoteError } from '../../index/errors.ts'
import type { Conversations } from './conversations.ts'
import { converse, type Reply, type Said } from './converse.ts'

/** What questions are answered with. */
export interface QuestionsOptions {
  readonly index: LiveIndex
  readonly inference: Inference
  readonly conversations: Conversations
  /** Below this calibrated confidence a sentence is no answer; 0 to 1. */
  readonly minConfidence: number
  /** Questions that are answered at once: two a model process, so that one searches while another is read. */
  readonly concurrency: number
  /** Questions that may wait besides those; more are told to come back. */
  readonly maxWaiting?: number
  /** How long a question may run, and at a connection wait and run, in ms. */
  readonly timeLimit?: number
}

export interface AskOptions {
  /** Aborted when nobody waits for the answer any more. */
  readonly signal?: AbortSignal
  /** For who does not wait at a connection: it is never told to come back, and those who do are first. */
  readonly isPatient?: boolean
}

/** Answers what is said, a few at once and the others in turn. */
export interface Questions {
  /**
   * As `converse`. Throws `questions-waiting` where too many wait, `question-late` after the time limit, and
   * `question-abandoned` where its signal is aborted; it is then not remembered.
   */
  ask(said: Said, options?: AskOptions): Promise<Reply>
}

/** At 0.2 s a question, the last of so many waits 13 s. */
const MAX_WAITING = 64

/** In ms. */
const TIME_LIMIT = 30_000

const AT_A_CONNECTION = 1
const PATIENT = 0

/** Makes what answers questions in turn. */
export function questionsInTurn(options: QuestionsOptions): Questions {
  const { index, concurrency, maxWaiting = MAX_WAITING, timeLimit = TIME_LIMIT, ...rest } = options
  const queue = new PQueue({ concurrency })

  return {
    ask: async (said, { signal, isPatient = false } = {}) => {
      const priority = isPatient ? PATIENT : AT_A_CONNECTION
      const isFull = queue.pending >= concurrency && queue.sizeBy({ priority }) >= maxWaiting
      if (isFull && !isPatient) {
        throw new FootnoteError('questions-waiting', 'Too many questions are waiting.')
      }
      const waiting = AbortSignal.any([
        ...(isPatient ? [] : [AbortSignal.timeout(timeLimit)]),
        ...(signal ? [signal] : []),
      ])
      const answer = async () => {
        const running = AbortSignal.any([waiting, AbortSignal.timeout(timeLimit)])
        const reply = index.use((store) =>
          converse({ ...said, signal: running }, { ...rest, store }),
        )
        return unlessAborted(reply, running)
      }
      try {
        return await queue.add(answer, { signal: waiting, priority })
      } catch (error) {
        if (signal?.aborted) {
          throw new FootnoteError('question-abandoned', 'Nobody waits for the answer.', error)
        }
        if (!(error instanceof DOMException) || error.name !== 'TimeoutError') throw error
        throw new FootnoteError('question-late', 'The question took too long.', error)
      }
    },
  }
}

/** What a promise gives, unless a signal is aborted before; its place in the queue is then free for another. */
async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted()
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
  return Promise.race([promise, aborted])
}
