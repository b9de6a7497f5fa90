import { Writable } from 'node:stream'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { smallTalkAnswer } from '../../server/answer/answer.ts'
import { loggedQuestions } from '../../server/conversation/logged-questions.ts'

test('the log has a question and its interpretation, but not the conversation id, which gives access', async () => {
  let logged = ''
  const stream = new Writable({
    write(chunk, _, done) {
      logged += String(chunk)
      done()
    },
  })
  const reply = {
    conversationId: 'a-key-to-what-was-said',
    interpretedAs: 'When do the cats hunt?',
    answer: smallTalkAnswer('No.'),
    isQuestion: true,
  }
  const ask = loggedQuestions(async () => reply, pino(stream))
  await ask({ question: 'When do they?', maxQuotes: 3, documentIds: null, conversationId: null })
  expect(JSON.parse(logged)).toMatchObject({
    question: 'When do they?',
    interpretedAs: 'When do the cats hunt?',
    answered: false,
  })
  expect(logged).not.toContain('a-key-to-what-was-said')
})
