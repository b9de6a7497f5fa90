import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { answer } from '../../server/answer/answer-schema.ts'
import { run } from '../support/process.ts'
import { post, serveWords } from '../support/serve-words.ts'
import { temporaryFolder } from '../support/temporary.ts'

const LIKED = 'When do cats sleep?'
const REFUSED = 'How do I reset my password?'

async function feedback(url: string, body: unknown) {
  return fetch(`${url}/feedback`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  })
}

async function list(indexDir: string, ...args: string[]): Promise<string> {
  const { ended, output } = run('feedback', args, { INDEX_DIR: indexDir })
  expect(await ended).toBe(0)
  return output().stdout
}

describe('feedback', () => {
  test('is stored and listed with the question, its interpretation and the quotes', async () => {
    const indexDir = await temporaryFolder()
    const url = await serveWords({}, { indexDir })
    const { conversationId } = answer.parse(await (await post(url, { question: LIKED })).json())
    await post(url, { question: 'Do cats hunt at night?', conversationId })
    await post(url, { question: REFUSED, conversationId })
    for (const [question, helpful] of [
      [LIKED, false],
      [LIKED, true],
      ['Do cats hunt at night?', false],
      [REFUSED, false],
    ] as const) {
      expect((await feedback(url, { conversationId, question, helpful })).status).toBe(204)
    }
    const json: unknown = JSON.parse(await list(indexDir, '--json'))
    expect(json).toMatchObject({
      unanswered: [{ question: REFUSED, times: 1 }],
      feedback: [
        { question: REFUSED, helpful: false, answered: false, quotes: [] },
        { question: 'Do cats hunt at night?', helpful: false },
        { question: LIKED, helpful: true, quotes: [{ citation: { documentId: 'cats' } }] },
      ],
    })
    const text = await list(indexDir)
    expect(text).toContain('Did not help: 2 (helped: 1)')
    expect(text).toContain('“Cats sleep all day. They hunt at night.” [1]')
    expect(text).not.toContain(conversationId)
  })

  test('is accepted only for a question that was asked in the conversation', async () => {
    const url = await serveWords()
    const { conversationId } = answer.parse(await (await post(url, { question: LIKED })).json())
    const given = { conversationId, question: LIKED, helpful: true }
    expect((await feedback(url, { ...given, question: 'Never asked?' })).status).toBe(404)
    expect((await feedback(url, { ...given, conversationId: 'nobody' })).status).toBe(404)
    expect((await feedback(url, { ...given, helpful: 'yes' })).status).toBe(400)
    expect((await feedback(url, { ...given, quotes: [] })).status).toBe(400)
    const form = await fetch(`${url}/feedback`, { method: 'POST', body: 'helpful=true' })
    expect(form.status).toBe(415)
  })

  test('is an empty list where there is none', async () => {
    const nowhere = path.join(await temporaryFolder(), 'index')
    expect(await list(nowhere)).toContain('Did not help: 0 (helped: 0)')
  })

  test('needs a key where questions need one', async () => {
    const url = await serveWords({ apiKeys: ['correct-horse-battery'] })
    expect((await feedback(url, {})).status).toBe(401)
  })
})
