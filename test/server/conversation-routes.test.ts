import { pino } from 'pino'
import { describe, expect, test } from 'vitest'
import { answer } from '../../server/answer/answer-schema.ts'
import { expectProblem } from '../support/problem.ts'
import { post, serveWords } from '../support/serve-words.ts'

const QUESTION = { question: 'When do cats sleep?' }

async function say(url: string, question: string, conversationId?: string) {
  const response = await post(url, { question, ...(conversationId && { conversationId }) })
  expect(response.status).toBe(200)
  return answer.parse(await response.json())
}

describe('a conversation', () => {
  test('is not named in the log, which others may read', async () => {
    const lines: string[] = []
    const log = pino({ level: 'info' }, { write: (line) => void lines.push(line) })
    const url = await serveWords({ log })
    const { conversationId } = await say(url, 'When do cats sleep?')
    await fetch(`${url}/conversations/${conversationId}`)
    await expect.poll(() => lines.length).toBe(2)
    expect(lines.join('')).toContain('/conversations/{id}')
    expect(lines.join('')).not.toContain(conversationId)
  })

  test('is stored with its turns, and deleted on request', async () => {
    const url = await serveWords()
    const { conversationId } = await say(url, 'When do cats sleep?')
    await say(url, 'thanks', conversationId)
    const address = `${url}/conversations/${conversationId}`
    expect(await (await fetch(address)).json()).toMatchObject({
      id: conversationId,
      turns: [
        { question: 'When do cats sleep?', answered: true, quotes: [{ number: 1 }] },
        { question: 'thanks', answered: false, answer: 'You are welcome.' },
      ],
    })
    expect((await fetch(address, { method: 'DELETE' })).status).toBe(204)
    await expectProblem(await fetch(address), 404)
    await expectProblem(await fetch(address, { method: 'DELETE' }), 404)
    await expectProblem(await post(url, { ...QUESTION, conversationId }), 404)
  })

  test('rewrites a follow-up question, and searches for a standalone question as typed', async () => {
    const url = await serveWords()
    const { conversationId } = await say(url, 'When do the cats sleep?')
    const leaning = await say(url, 'When do they hunt?', conversationId)
    expect(leaning.interpretedAs).toMatch(/^When do they hunt\? \(.*cats/)
    expect(leaning.quotes[0]?.text).toContain('They hunt at night.')
    const alone = 'Which owls does Ann know?'
    expect((await say(url, alone, conversationId)).interpretedAs).toBe(alone)
    expect((await say(url, 'When do they hunt?')).interpretedAs).toBe('When do they hunt?')
  })

  test('does not mix with another one at the same time', async () => {
    const url = await serveWords()
    const [cats, owls] = await Promise.all([
      say(url, 'When do the cats sleep?'),
      say(url, 'Do the owls sleep?'),
    ])
    const replies = await Promise.all([
      say(url, 'When do they hunt?', cats.conversationId),
      say(url, 'When do they hunt?', owls.conversationId),
    ])
    expect(replies[0].interpretedAs).toMatch(/^When do they hunt\? \(.*cats/)
    expect(replies[1].interpretedAs).not.toMatch(/cats/)
  })

  test('gives further quotes for "more", until there are none', async () => {
    const url = await serveWords()
    const asked = await post(url, { question: 'cats', maxQuotes: 1 })
    const { conversationId, quotes } = answer.parse(await asked.json())
    const more = await say(url, 'more', conversationId)
    const shown = quotes.map(({ text }) => text)
    for (const { text } of more.quotes) expect(shown).not.toContain(text)
    expect(await say(url, 'more', conversationId)).toMatchObject({
      answered: false,
      answer: 'There is nothing more on this in the documents.',
      quotes: [],
    })
  })

  test('needs a key where questions need one', async () => {
    const url = await serveWords({ apiKeys: ['a-key-of-16-or-more'] })
    await expectProblem(await fetch(`${url}/conversations/none`), 401)
  })
})
