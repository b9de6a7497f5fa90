import { expect, test } from 'vitest'
import { QuestionVectors } from '../../../server/vouched/question-vectors.ts'
import { wordVectors } from '../../support/word-vectors.ts'

test('what was embedded before the time was over is not embedded again', async () => {
  const questions = Array.from({ length: 300 }, (_, i) => `Question ${i}?`)
  const models = wordVectors()
  const asked: string[] = []
  let left = 2
  const slow: typeof models = {
    ...models,
    embed: async (texts, options) => {
      if (left === 0) throw new Error('no time is left')
      left -= 1
      asked.push(...texts)
      return models.embed(texts, options)
    },
  }
  const vectors = new QuestionVectors()
  await expect(vectors.of(questions, slow, {})).rejects.toThrow('no time is left')
  expect(asked.length).toBeGreaterThan(0)
  left = Infinity
  expect(await vectors.of(questions, slow, {})).toEqual(await models.embed(questions, {}))
  expect(asked).toEqual(questions)
})
