import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { quoteText } from '../../server/answer/quotes.ts'
import type { Reply } from '../../server/conversation/converse.ts'
import { useShippedService } from '../support/shipped-service.ts'

/** What people say in turn, how it must be read, and the sentence to be among three quotes; null: nothing answers. */
const conversations = z
  .array(
    z.array(
      z.strictObject({
        question: z.string(),
        interpretedAs: z.string(),
        sentence: z.string().nullable(),
      }),
    ),
  )
  .parse(JSON.parse(readFileSync(new URL('../golden/conversations.json', import.meta.url), 'utf8')))

const service = useShippedService()

test('nine in ten golden turns are answered by the right sentence, and all are interpreted as meant', async () => {
  const wrong: string[] = []
  const readings: unknown[] = []
  for (const turns of conversations) {
    let conversationId: string | null = null
    for (const { question, sentence } of turns) {
      const request = { question, maxQuotes: 3, documentIds: null, conversationId }
      const reply: Reply = await service().ask(request)
      ;({ conversationId } = reply)
      readings.push({ question, interpretedAs: reply.interpretedAs })
      const { answered, quotes } = reply.answer
      const isRight =
        sentence === null ? !answered : quotes.some((quote) => quoteText(quote).includes(sentence))
      if (!isRight) wrong.push(question)
    }
  }
  expect(readings).toEqual(
    conversations.flat().map(({ question, interpretedAs }) => ({ question, interpretedAs })),
  )
  expect(conversations).toHaveLength(12)
  expect(wrong).toEqual(wrong.slice(0, Math.floor(readings.length / 10)))
}, 120_000)
