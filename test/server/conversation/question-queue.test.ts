import { expect, onTestFinished, test } from 'vitest'
import { openTemporaryState } from '../../../server/state/embedded/embedded-state.ts'
import { answerCache } from '../../../server/answer/answer-cache.ts'
import { QuestionQueue } from '../../../server/conversation/question-queue.ts'
import { openWords } from '../../../server/words/words.ts'
import { wordVectors } from '../../support/word-vectors.ts'

const REQUEST = {
  question: 'Do cats sleep?',
  maxQuotes: 3,
  documentIds: null,
  conversationId: null,
}

test.each([true, false])(
  'a question that hangs is given up, in the background too: %s',
  async (background) => {
    const state = await openTemporaryState({ conversationTtlMs: 60_000, maxTurns: 5 })
    onTestFinished(() => state.close())
    const queue = new QuestionQueue({
      cache: answerCache(),
      words: openWords(state),
      index: {
        generation: '',
        isDamaged: () => false,
        use: () => new Promise<never>(() => {}),
        refresh: async () => {},
        close: async () => {},
      },
      inference: wordVectors(),
      conversations: state.conversations,
      threshold: { current: async () => 0.5 },
      concurrency: 1,
      timeLimitMs: 50,
    })
    for (let i = 0; i < 3; i += 1) {
      await expect(queue.ask(REQUEST, { background })).rejects.toMatchObject({
        code: 'question-late',
      })
    }
  },
)
