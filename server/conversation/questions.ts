import PQueue from 'p-queue'
import type { Inference } from '../../index/inference/inference.ts'
import type { LiveIndex } from '../../index/live-index.ts'
import { FootnoteError } from '../../index/errors.ts'
import { answerCache, type AnswerCache } from '../answer/answer-cache.ts'
import type { ConversationStore } from '../state/state.ts'
import { converse, type Reply, type Said } from './converse.ts'

/** What questions are answered with. */
export interface QuestionsOptions {
  readonly index: LiveIndex
  readonly inference: Inference
  readonly conversations: ConversationStore
  /** Below this calibrated confidence a sentence is no answer; 0 to 1. */
  readonly minConfidence: number
  /** Questions that are answered at once: two a model process, so that one searches while another is read. */
  readonly concurrency: number
  /** Questions that may wait besides those, at a connection; more are told to come back. */
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
   * As `converse`; a question whose answer is kept, or on its way to another, does not wait. Throws
   * `questions-waiting` where too many wait, `question-late` after the time limit, and `question-abandoned` where its
   * signal is aborted; it is then not remembered.
   */
  ask(said: Said, options?: AskOptions): Promise<Reply>
  /** How many questions wait and run now, and what is kept of answers. */
  state(): QuestionsState
}

export interface QuestionsState {
  readonly waiting: number
  readonly running: number
  readonly answers: ReturnType<AnswerCache['counts']>
}

/**
 * Questions that may wait for each that is being answered: with two at once, the last is answered after eight times 0.2 to
 * 0.27 s, and so long after a rush everything is as before. With four for each it took up to 3 s.
 */
const WAITING_EACH = 3

/** In ms. */
const TIME_LIMIT = 30_000

const AT_A_CONNECTION = 1
const PATIENT = 0

/** Makes what answers questions in turn. */
export function questionsInTurn(options: QuestionsOptions): Questions {
  const { index, concurrency, timeLimit = TIME_LIMIT, ...rest } = options
  const { maxWaiting = WAITING_EACH * concurrency } = options
  const queue = new PQueue({ concurrency })
  const cache = answerCache()

  const answer = (said: Said) =>
    index.use((store) => converse(said, { ...rest, store, answer: cache.answer }))
  const answerInTime = (said: Said, signal?: AbortSignal) =>
    within(timeLimit, signal, (running) => answer({ ...said, signal: running }))

  const ask = async (said: Said, { signal, isPatient = false }: AskOptions) => {
    // In a conversation its turns say whether it stands alone, and they are not read yet.
    const known = said.conversationId === null ? cache.find(said, index.generation) : null
    if (known === 'kept') return answer({ ...said, ...(signal && { signal }) })
    if (known === 'coming') return answerInTime(said, signal)
    const priority = isPatient ? PATIENT : AT_A_CONNECTION
    const inTurn = (waiting?: AbortSignal) =>
      queue.add(() => answerInTime(said, waiting), {
        ...(waiting && { signal: waiting }),
        priority,
      })
    if (isPatient) return inTurn(signal)
    if (queue.pending >= concurrency && queue.sizeBy({ priority }) >= maxWaiting) {
      throw new FootnoteError('questions-waiting', 'Too many questions are waiting.')
    }
    return within(timeLimit, signal, inTurn)
  }

  return {
    ask: async (said, { signal, isPatient = false } = {}) => {
      try {
        return await ask(said, { ...(signal && { signal }), isPatient })
      } catch (error) {
        if (signal?.aborted) {
          throw new FootnoteError('question-abandoned', 'Nobody waits for the answer.', error)
        }
        if (!(error instanceof TooLate)) throw error
        throw new FootnoteError('question-late', 'The question took too long.', error)
      }
    },
    state: () => ({ waiting: queue.size, running: queue.pending, answers: cache.counts() }),
  }
}

class TooLate extends Error {}

/** What `work` gives, unless `signal` is aborted, or `ms` are over, before: its place is then free for another. */
async function within<T>(
  ms: number,
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = new AbortController()
  const timer = setTimeout(() => limit.abort(new TooLate()), ms)
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
