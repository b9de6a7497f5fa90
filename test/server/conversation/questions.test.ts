import { expect, onTestFinished, test } from 'vitest'
import { questionsInTurn } from '../../../server/conversation/questions.ts'
import { openTemporaryState } from '../../../server/state/embedded/embedded-state.ts'
import { wordVectors } from '../../support/word-vectors.ts'

const SAID = { question: 'Do cats sleep?', maxQuotes: 3, documentIds: null, conversationId: null }

test.each([true, false])('what hangs is given up, whoever waits for it: %s', async (isPatient) => {
  const state = await openTemporaryState({ conversationTtlMs: 60_000, maxTurns: 5 })
  onTestFinished(() => state.close())
  const { conversations } = state
  const questions = questionsInTurn({
    index: {
      generation: '',
      isDamaged: () => false,
      use: () => new Promise<never>(() => {}),
      close: async () => {},
    },
    inference: wordVectors(),
    conversations,
    minConfidence: 0.5,
    concurrency: 1,
    timeLimit: 50,
  })
  for (let i = 0; i < 3; i += 1) {
    await expect(questions.ask(SAID, { isPatient })).rejects.toMatchObject({
      code: 'question-late',
    })
  }
})
