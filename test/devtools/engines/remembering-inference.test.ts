import { expect, test, vi } from 'vitest'
import { rememberingInference } from '../../../devtools/engines/remembering-inference.ts'
import { wordVectors } from '../../support/word-vectors.ts'

test('models that remember give the same as before, and compute only what they do not know', async () => {
  const models = wordVectors()
  const embed = vi.spyOn(models, 'embed')
  const embedded = () => embed.mock.calls.flatMap(([texts]) => texts)
  const inference = rememberingInference(models)
  const texts = ['Owls fly.', 'Cats purr.', 'Owls fly.']
  const vectors = await inference.embed(texts)
  expect(vectors).toEqual(await wordVectors().embed(texts))
  expect(await inference.embed(['Cats purr.', 'Dogs bark.'])).toHaveLength(2)
  expect(embedded()).toEqual(['Owls fly.', 'Cats purr.', 'Dogs bark.'])
  inference.forget()
  await inference.embed(['Owls fly.'])
  expect(embedded().at(-1)).toBe('Owls fly.')
  expect(embedded()).toHaveLength(4)
  for (const question of ['owls', 'cats', 'owls']) {
    expect(await inference.score(question, texts)).toEqual(await models.score(question, texts))
    expect(await inference.read(question, texts)).toEqual(await models.read(question, texts))
  }
})
