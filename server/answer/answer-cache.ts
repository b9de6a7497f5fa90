import { LRUCache } from 'lru-cache'
import { foldSpace } from '../../presentation/fold-space.ts'
import { type Answer, answerQuestion, type Question } from './answer.ts'

/**
 * Answers to questions that stand alone. Each is made once, however many clients ask for it at the same time, and kept
 * for those who ask again.
 */
export interface AnswerCache {
  /**
   * As `answerQuestion`, from the cache where it can be; the answer then has no timings. A question that takes
   * something from its conversation is always answered anew.
   */
  readonly answer: typeof answerQuestion
  /** Whether the answer from this generation of the index is `kept`, or `coming`: being made for another client. Else null. */
  find(question: Question, generation: string): 'kept' | 'coming' | null
  /** How many answers are kept; how often one was kept or coming (a hit), and how often neither (a miss). */
  counts(): { readonly kept: number; readonly hits: number; readonly misses: number }
}

/** How many answers are kept: those that were asked for last. Each takes about 15 kB. */
const MAX_ANSWERS = 500

/** Makes an empty cache. All its answers are made with the same `minConfidence`. */
export function answerCache(): AnswerCache {
  const answers = new LRUCache<string, { answer: Promise<Answer>; isKept: boolean }>({
    max: MAX_ANSWERS,
  })
  let hits = 0
  let misses = 0
  return {
    answer: async (question, options) => {
      if (question.context) return answerQuestion(question, options)
      const key = keyOf(question, options.store.generation)
      const known = answers.get(key)
      if (known) {
        hits += 1
        return { ...(await known.answer), timings: {} }
      }
      misses += 1
      const coming = { answer: answerQuestion(question, options), isKept: false }
      answers.set(key, coming)
      try {
        const answer = await coming.answer
        coming.isKept = true
        return answer
      } catch (error) {
        // A failure is not kept.
        answers.delete(key)
        throw error
      }
    },
    find: (question, generation) => {
      const known = answers.peek(keyOf(question, generation))
      if (!known || question.context) return null
      return known.isKept ? 'kept' : 'coming'
    },
    counts: () => ({ kept: answers.size, hits, misses }),
  }
}

/** One key for all questions that the models and BM25 cannot tell apart, for each generation of the index. */
function keyOf({ question, maxQuotes, documentIds }: Question, generation: string): string {
  const asked = foldSpace(question.normalize())
  return JSON.stringify([generation, asked, maxQuotes, documentIds?.toSorted()])
}
