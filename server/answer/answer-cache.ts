import { createHash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { EqualForms } from '../../index/retrieval/equal-forms.ts'
import type { Store } from '../../index/storage/storage.ts'
import { foldSpace } from '../../presentation/fold-space.ts'
import { type Answer, type AnswerContext, answerQuestion, type Question } from './answer.ts'

/**
 * Answers to questions that stand alone. Each is made once, however many clients ask for it at the same time, and kept
 * for those who ask again.
 */
export interface AnswerCache {
  /**
   * As `answerQuestion`, from the cache where it can be: all who ask get the same object then, which has no timings. A
   * question that takes something from its conversation is always answered anew.
   */
  readonly answer: typeof answerQuestion
  /** Whether the answer from these sources is `kept`, or `coming`: being made for another client. Else null. */
  find(question: Question, sources: AnswerSources): 'kept' | 'coming' | null
  /** How many answers are kept; how often one was kept or coming (a hit), and how often neither (a miss). */
  counts(): { readonly kept: number; readonly hits: number; readonly misses: number }
}

/** What answers are made from: a generation of the index, the collections that are shown of it, the threshold, and the vouched answers. */
export interface AnswerSources
  extends Pick<Store, 'generation' | 'collections'>, Pick<AnswerContext, 'minConfidence'> {
  /** The version of the vouched answers; 0 where there are none. */
  readonly vouchedVersion: number
}

/** How many answers are kept: those that were asked for last. Each takes about 35 kB once it was sent twice. */
const MAX_ANSWERS = 500

/** One answer, for all who ask for it at the same time. It is given up once nobody waits for it any more. */
class SharedAnswer {
  readonly #answer: Promise<Answer>
  readonly #givingUp = new AbortController()
  #waiting = 0
  #kept: Answer | null = null

  /** `onFailure` is called when there will be no answer. */
  constructor(make: (signal: AbortSignal) => Promise<Answer>, onFailure: () => void) {
    this.#givingUp.signal.addEventListener('abort', onFailure)
    this.#answer = make(this.#givingUp.signal)
    this.#answer.then((answer) => (this.#kept = answer), onFailure)
  }

  /** The answer; null until it is there. */
  get kept(): Answer | null {
    return this.#kept
  }

  /** Waits for the answer. `signal` says that one who waits has gone. */
  async wait(signal: AbortSignal | undefined): Promise<Answer> {
    signal?.throwIfAborted()
    this.#waiting += 1
    const leave = () => {
      this.#waiting -= 1
      if (this.#waiting === 0) this.#givingUp.abort(signal?.reason)
    }
    signal?.addEventListener('abort', leave, { once: true })
    try {
      return await this.#answer
    } finally {
      signal?.removeEventListener('abort', leave)
    }
  }
}

/** Makes an empty cache. */
export function answerCache(): AnswerCache {
  const answers = new LRUCache<string, SharedAnswer>({ max: MAX_ANSWERS })
  let hits = 0
  let misses = 0
  return {
    answer: async (question, options) => {
      if (question.context) return answerQuestion(question, options)
      const { store, minConfidence, vouched } = options
      const sources = {
        generation: store.generation,
        collections: store.collections,
        minConfidence,
        vouchedVersion: vouched?.version ?? 0,
      }
      const key = keyOf(question, sources)
      const known = answers.get(key)
      if (known) {
        hits += 1
        return known.kept ?? known.wait(options.signal)
      }
      misses += 1
      let timings = {}
      const coming = new SharedAnswer(
        async (signal) => {
          const made = await answerQuestion(question, { ...options, signal })
          timings = made.timings
          return { ...made, timings: {} }
        },
        () => {
          if (answers.peek(key) === coming) answers.delete(key)
        },
      )
      answers.set(key, coming)
      return { ...(await coming.wait(options.signal)), timings }
    },
    find: (question, sources) => {
      const known = answers.peek(keyOf(question, sources))
      if (!known || question.context) return null
      return known.kept ? 'kept' : 'coming'
    },
    counts: () => ({ kept: answers.size, hits, misses }),
  }
}

/** One key for all questions that the models and BM25 cannot tell apart, for the same sources. */
function keyOf(
  { question, maxQuotes, documentIds, equalForms = [] }: Question,
  { generation, collections, minConfidence, vouchedVersion }: AnswerSources,
): string {
  const asked = foldSpace(question.normalize())
  const forms = equalForms.length === 0 ? null : digestOf(equalForms)
  const sources = [generation, collections, minConfidence, vouchedVersion]
  return JSON.stringify([...sources, asked, maxQuotes, documentIds?.toSorted(), forms])
}

/** Equal forms change rarely, and each question has all of them. */
const digests = new WeakMap<readonly EqualForms[], string>()

function digestOf(equalForms: readonly EqualForms[]): string {
  const digest =
    digests.get(equalForms) ??
    createHash('sha256').update(JSON.stringify(equalForms)).digest('base64url')
  digests.set(equalForms, digest)
  return digest
}
