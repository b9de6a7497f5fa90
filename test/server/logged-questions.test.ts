import { Writable } from 'node:stream'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { withoutSearch } from '../../server/answer/answer.ts'
import { loggedQuestions } from '../../server/conversation/logged-questions.ts'
import type { Questions } from '../../server/conversation/questions.ts'

test('a question in the log has how it was read, and not the conversation, which its id opens', async () => {
  let logged = ''
  const stream = new Writable({
    write(chunk, _, done) {
      logged += String(chunk)
      done()
    },
  })
  const asked: Questions = {
    ask: async () => ({
      conversationId: 'a-key-to-what-was-said',
      interpretedAs: 'When do the cats hunt?',
      answer: withoutSearch('No.'),
    }),
    state: () => ({ waiting: 0, running: 0, answers: { kept: 0, hits: 0, misses: 0 } }),
  }
  const said = { question: 'When do they?', maxQuotes: 3, documentIds: null, conversationId: null }
  await loggedQuestions(asked, pino(stream)).ask(said)
  expect(JSON.parse(logged)).toMatchObject({
    question: 'When do they?',
    interpretedAs: 'When do the cats hunt?',
    answered: false,
  })
  expect(logged).not.toContain('a-key-to-what-was-said')
})
