import { expect, test } from 'vitest'
import { FootnoteError } from '../../index/errors.ts'
import { answer } from '../../server/answer/answer-schema.ts'
import { build } from '../support/project.ts'
import { post, serveWords } from '../support/serve-words.ts'
import { temporaryFolder, writeFiles } from '../support/temporary.ts'
import { wordVectors } from '../support/word-vectors.ts'

const QUESTION = 'When do cats sleep?'

async function serveCounting(indexDir?: string) {
  const inference = wordVectors()
  const url = await serveWords({}, { inference, ...(indexDir && { indexDir }) })
  const ask = async (body: Record<string, unknown>) => {
    const response = await post(url, { question: QUESTION, ...body })
    return answer.parse(await response.json())
  }
  return { ask, inference }
}

test('a question that many ask at the same time, or again, is computed once, and answered in a conversation each', async () => {
  const { ask, inference } = await serveCounting()
  const first = await Promise.all(Array.from({ length: 20 }, () => ask({})))
  const again = await ask({ question: `  ${QUESTION.replaceAll(' ', ' \n ')} ` })
  expect(inference.embedded).toBe(1)
  const answers = [...first, again]
  expect(new Set(answers.map(({ conversationId }) => conversationId)).size).toBe(21)
  for (const { quotes } of answers) expect(quotes).toEqual(first[0]?.quotes)
})

test('a cached answer is the same JSON but for its conversation, with an explanation or without', async () => {
  const url = await serveWords()
  const ask = async (explain: boolean) => {
    const json = await (await post(url, { question: QUESTION, explain })).text()
    const parsed: unknown = JSON.parse(json)
    expect(json).toBe(JSON.stringify(parsed))
    return json.replace(answer.parse(parsed).conversationId, 'conversation')
  }
  const [plain, explained] = [await ask(false), await ask(true)]
  expect(await ask(false)).toBe(plain)
  expect(await ask(true)).toBe(explained)
  expect(explained.startsWith(plain.slice(0, -1))).toBe(true)
})

test('a question that differs in anything that counts is answered anew', async () => {
  const { ask, inference } = await serveCounting()
  await ask({})
  await ask({ maxQuotes: 1 })
  await ask({ documents: ['cats'] })
  await ask({ documents: ['hostile', 'cats'] })
  expect(inference.embedded).toBe(4)
  await ask({ documents: ['cats', 'hostile'] })
  expect(inference.embedded).toBe(4)
  // What stands alone is the same in a conversation; what leans on it is its own.
  const { conversationId } = await ask({ question: 'When do the cats sleep?' })
  expect(inference.embedded).toBe(5)
  await ask({ conversationId })
  expect(inference.embedded).toBe(5)
  const leaning = { question: 'When do they hunt?', conversationId }
  expect((await ask(leaning)).interpretedAs).toMatch(/^When do they hunt\? \(.*cats/)
  const before = inference.embedded
  await ask(leaning)
  expect(inference.embedded).toBeGreaterThan(before)
})

test('a cached answer is not used for a new index', async () => {
  const indexDir = await temporaryFolder()
  const { ask, inference } = await serveCounting(indexDir)
  await ask({})
  const documents = await temporaryFolder()
  await writeFiles(documents, { 'cats.txt': 'Cats sleep by night, they say.\n' })
  await build(documents, indexDir, wordVectors())
  await expect
    .poll(async () => (await ask({})).quotes[0]?.text, { timeout: 10_000 })
    .toBe('Cats sleep by night, they say.')
  expect(inference.embedded).toBe(2)
})

test('a failure is not kept', async () => {
  const models = wordVectors()
  let failures = 1
  const inference = {
    ...models,
    score: async (...of: Parameters<typeof models.score>) => {
      if (failures-- > 0) throw new FootnoteError('inference-failed', 'died')
      return models.score(...of)
    },
  }
  const url = await serveWords({}, { inference })
  expect((await post(url, { question: QUESTION })).status).toBe(503)
  expect((await post(url, { question: QUESTION })).status).toBe(200)
})
