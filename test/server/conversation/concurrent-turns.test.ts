import { setTimeout } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { answer } from '../../../server/answer/answer-schema.ts'
import { post, serveWords } from '../../support/serve-words.ts'
import { eventsIn } from '../../support/event-stream.ts'
import { wordVectors } from '../../support/word-vectors.ts'

const CATS = { question: 'When do cats sleep?' }
const conversation = z.object({ turns: z.array(z.object({ question: z.string() })) })

/** A server whose questions take a while, and a conversation on it. */
async function serveSlowly(concurrency = 4) {
  const models = wordVectors()
  const score: typeof models.score = async (...of) => {
    await setTimeout(30)
    return models.score(...of)
  }
  const inference = { ...models, score }
  const url = await serveWords({}, { inference, queue: { concurrency, maxWaiting: 20 } })
  const { conversationId } = answer.parse(await (await post(url, CATS)).json())
  const turns = async () => {
    const response = await fetch(`${url}/conversations/${conversationId}`)
    return conversation.parse(await response.json()).turns.map(({ question }) => question)
  }
  return { url, conversationId, turns }
}

describe('questions that are asked at once in one conversation', () => {
  test('are answered one after the other if there are two', async () => {
    const { url, conversationId, turns } = await serveSlowly()
    const asked = ['When do cats hunt at night?', 'When do cats sleep all day?']
    const statuses = await Promise.all(
      asked.map(async (question) => (await post(url, { question, conversationId })).status),
    )
    expect(statuses).toEqual([200, 200])
    expect((await turns()).toSorted()).toEqual([CATS.question, ...asked].toSorted())
  })

  test('are stored once or get status 409, which says what to do', async () => {
    const { url, conversationId, turns } = await serveSlowly()
    const asked = Array.from({ length: 10 }, (_, i) => `When do cats hunt at night ${i}?`)
    const responses = await Promise.all(
      asked.map(async (question) => {
        const response = await post(url, { question, conversationId })
        return { question, status: response.status, body: await response.text() }
      }),
    )
    const answered = responses.filter(({ status }) => status === 200)
    const others = responses.filter(({ status }) => status !== 200)
    expect((await turns()).toSorted()).toEqual(
      [CATS.question, ...answered.map(({ question }) => question)].toSorted(),
    )
    for (const { status, body } of others) {
      expect(status).toBe(409)
      expect(JSON.parse(body)).toMatchObject({
        detail:
          'Other questions in this conversation were answered at the same time. Wait for their answers, and ask again.',
      })
    }
  })

  test('are streamed without taking anything back: a reading and quotes come once', async () => {
    const { url, conversationId } = await serveSlowly()
    const streams = await Promise.all(
      ['And owls?', 'When do cats hunt at night?', 'And at night?'].map(async (question) => {
        const accept = { Accept: 'text/event-stream' }
        return eventsIn(await (await post(url, { question, conversationId }, accept)).text())
      }),
    )
    for (const events of streams) {
      const names = events.map(({ event }) => event)
      expect(names.filter((name) => name === 'reading')).toHaveLength(1)
      expect(['end', 'error']).toContain(names.at(-1))
      const end = events.find(({ event }) => event === 'end')
      const quotes = events.filter(({ event }) => event === 'quote')
      expect(quotes.length).toBe(end ? answer.parse(end.data).quotes.length : 0)
    }
  })
})
