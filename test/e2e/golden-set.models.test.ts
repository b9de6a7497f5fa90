import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { quoteText } from '../../server/answer/quotes.ts'
import { useShippedService } from '../support/shipped-service.ts'

/** Questions of people who have not read the document, and the sentence that must be among the first quotes. */
const golden = z
  .strictObject({
    answered: z.array(
      z.strictObject({ question: z.string(), sentence: z.string(), within: z.int() }),
    ),
    refused: z.array(z.string()),
  })
  .parse(JSON.parse(readFileSync(new URL('../golden/questions.json', import.meta.url), 'utf8')))

const service = useShippedService()

async function ask(question: string) {
  const request = { question, maxQuotes: 3, documentIds: null, conversationId: null }
  return (await service().ask(request)).answer
}

test('all but two of the golden questions are answered by the right sentence', async () => {
  const wrong: string[] = []
  for (const { question, sentence, within } of golden.answered) {
    const { quotes } = await ask(question)
    const found = quotes.slice(0, within).some((quote) => quoteText(quote).includes(sentence))
    if (!found) wrong.push(question)
  }
  expect(golden.answered.length).toBeGreaterThanOrEqual(40)
  // The list itself, so that a failure names the questions.
  expect(wrong).toEqual(wrong.slice(0, 2))
}, 120_000)

test('all but two of 20 questions that the document does not answer are refused', async () => {
  const answered: string[] = []
  for (const question of golden.refused) {
    if ((await ask(question)).answered) answered.push(question)
  }
  expect(golden.refused).toHaveLength(20)
  expect(answered).toEqual(answered.slice(0, 2))
})
