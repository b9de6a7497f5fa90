import { expect, test } from 'vitest'
import type { Inference } from '../../../index/inference/inference.ts'
import { openWords } from '../../support/serve-words.ts'
import { wordVectors } from '../../support/word-vectors.ts'

const FILES = {
  'long.txt': 'The Popular Mobilization Forces resist in June. Nobody else does.',
  'short.txt': 'The GCC met in Rome. Nobody else did.',
}

const WORDS = [
  ['PMF', 'Popular Mobilization Forces'],
  ['GCC', 'Gulf Cooperation Council'],
]

/** The service, and what its models are asked. */
async function openService() {
  const models = wordVectors()
  const asked: unknown[] = []
  const inference: Inference = {
    ...models,
    embed: (texts) => {
      asked.push(['embed', ...texts])
      return models.embed(texts)
    },
    score: (question, texts) => {
      asked.push(['score', question, ...texts])
      return models.score(question, texts)
    },
    read: (question, texts) => {
      asked.push(['read', question, ...texts])
      return models.read(question, texts)
    },
  }
  const { service } = await openWords({}, { files: FILES, inference })
  const ask = async (question: string, conversationId: string | null = null) => {
    asked.splice(0)
    const request = { question, maxQuotes: 1, documentIds: null, conversationId }
    const reply = await service.ask(request)
    const [quote] = reply.answer.quotes
    return { ...reply, quoted: quote?.passage.document.id ?? null, asked: [...asked] }
  }
  const enter = async () => {
    const entered = { state: 'accepted', collections: null, by: 'Ann' } as const
    for (const forms of WORDS) await service.words.enter({ forms, ...entered })
  }
  return { ask, enter }
}

test.each([
  ['When do the PMF resist?', 'long'],
  ['when do the pmf resist?', 'long'],
  ['Where did the Gulf Cooperation Council meet?', 'short'],
])('documents that have another form answer: "%s"', async (question, document) => {
  const { ask, enter } = await openService()
  const before = await ask(question)
  await enter()
  const after = await ask(question)
  expect(after.quoted).toBe(document)
  expect(after.answer.confidence).toBeGreaterThan(before.answer.confidence)
  // It is cached like any other.
  expect((await ask(question)).asked).toEqual([])
})

test('a question without a form is answered as without words, by the same calls of the models', async () => {
  const { ask, enter } = await openService()
  const question = 'Do cats sleep all day?'
  const before = await ask(question)
  await enter()
  const after = await ask(question)
  expect(before.asked.length).toBeGreaterThan(2)
  expect(after.asked).toEqual(before.asked)
  expect({ ...after.answer, timings: {} }).toEqual({ ...before.answer, timings: {} })
})

test('a question with a form is embedded once, with its other forms', async () => {
  const { ask, enter } = await openService()
  await enter()
  const { asked } = await ask('When do the PMF resist?')
  const kinds = asked.map((call) => (Array.isArray(call) ? String(call[0]) : ''))
  expect(kinds.filter((kind) => kind === 'embed')).toHaveLength(1)
})

test('a follow-up question is read with the words as well', async () => {
  const { ask, enter } = await openService()
  await enter()
  const first = await ask('When do the PMF resist?')
  const after = await ask('And where did the Gulf Cooperation Council meet?', first.conversationId)
  expect(after.quoted).toBe('short')
})
