import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { quoteText } from '../../server/answer/quotes.ts'
import type { Reply } from '../../server/conversation/converse.ts'
import { useShippedService } from '../support/shipped-service.ts'

/** What people say in turn, and the sentence to be among three quotes; null: nothing answers. */
const conversations = z
  .array(
    z.array(
      z.strictObject({
        question: z.string(),
        /** What the question takes from the conversation; null where it takes nothing, or where several words would do. */
        takes: z.string().nullable(),
        sentence: z.string().nullable(),
      }),
    ),
  )
  .parse(JSON.parse(readFileSync(new URL('../golden/conversations.json', import.meta.url), 'utf8')))

const service = useShippedService()

test('nine in ten golden turns are answered by the right sentence, and four in five take what they leave out from their conversation', async () => {
  const wrong: string[] = []
  const misread: string[] = []
  for (const turns of conversations) {
    let conversationId: string | null = null
    for (const { question, takes, sentence } of turns) {
      const isFirst = conversationId === null
      const request = { question, maxQuotes: 3, documentIds: null, conversationId }
      const reply: Reply = await service().ask(request)
      ;({ conversationId } = reply)
      const isAsTyped = reply.interpretedAs === question
      if (isFirst ? !isAsTyped : !reply.interpretedAs.includes(takes ?? '')) {
        misread.push(reply.interpretedAs)
      }
      const { answered, quotes } = reply.answer
      const isRight =
        sentence === null ? !answered : quotes.some((quote) => quoteText(quote).includes(sentence))
      if (!isRight) wrong.push(question)
    }
  }
  expect(conversations).toHaveLength(16)
  const turns = conversations.flat()
  expect(wrong).toEqual(wrong.slice(0, Math.floor(turns.length / 10)))
  const leaning = turns.filter(({ takes }) => takes !== null)
  expect(misread).toEqual(misread.slice(0, Math.floor(leaning.length / 5)))
}, 180_000)
