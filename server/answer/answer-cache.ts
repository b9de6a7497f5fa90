import { LRUCache } from 'lru-cache'
import { foldSpace } from '../../presentation/fold-space.ts'
import { type Answer, answerQuestion, type Question } from './answer.ts'

/** Answers to questions that stand alone: each is found once, however many ask for it at once, and kept for who asks again. */
export interface AnswerCache {
  /** As `answerQuestion`; what is kept took no time. A question with a focus is answered anew: it leans on its conversation. */
  readonly answer: typeof answerQuestion
  /** Whether an answer from this generation of the index is kept, or on its way to another asker; null where it is neither. */
  find(question: Question, generation: string): 'kept' | 'coming' | null
  /** How many are kept, and how often one was there, or on its way, and how often not. */
  counts(): { readonly kept: number; readonly hits: number; readonly misses: number }
}

/** Answers that are kept, those asked for last; each takes about 50 kB, most of it its candidates' vectors. */
const MAX_ANSWERS = 500

/** Makes an empty cache, for one setting of the confidence that an answer needs. */
export function answerCache(): AnswerCache {
  const answers = new LRUCache<string, { answer: Promise<Answer>; isKept: boolean }>({
    max: MAX_ANSWERS,
  })
  let hits = 0
  let misses = 0
  return {
    answer: async (question, answering) => {
      if (question.focus) return answerQuestion(question, answering)
      const key = keyOf(question, answering.store.generation)
      const known = answers.get(key)
      if (known) {
        hits += 1
        return { ...(await known.answer), timings: {} }
      }
      misses += 1
      const coming = { answer: answerQuestion(question, answering), isKept: false }
      answers.set(key, coming)
      try {
        const answer = await coming.answer
        coming.isKept = true
        return answer
      } catch (error) {
        // Who asks again is answered anew.
        answers.delete(key)
        throw error
      }
    },
    find: (question, generation) => {
      const known = answers.peek(keyOf(question, generation))
      if (!known || question.focus) return null
      return known.isKept ? 'kept' : 'coming'
    },
    counts: () => ({ kept: answers.size, hits, misses }),
  }
}

/** Questions that are the same to the models and to BM25 have one key; a new index leaves the old one's behind. */
function keyOf({ question, maxQuotes, documentIds }: Question, generation: string): string {
  const asked = foldSpace(question.normalize())
  return JSON.stringify([generation, asked, maxQuotes, documentIds?.toSorted()])
}
