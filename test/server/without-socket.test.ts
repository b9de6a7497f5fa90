import { expect, test } from 'vitest'
import { answer } from '../../server/answer/answer-schema.ts'
import { expectProblem } from '../support/problem.ts'
import { openWords } from '../support/serve-words.ts'
import { wordVectors } from '../support/word-vectors.ts'

const QUESTION = { question: 'When do cats sleep?' }

function asking(signal?: AbortSignal): RequestInit {
  return {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(QUESTION),
    ...(signal && { signal }),
  }
}

test('the app answers without a socket, with the same headers as on one', async () => {
  const { app } = await openWords()
  const response = await app.request('http://127.0.0.1/ask', asking())
  expect(response.status).toBe(200)
  expect(answer.parse(await response.json()).answered).toBe(true)
  expect(response.headers.get('X-Request-Id')).toMatch(/^[\w-]{10,}$/)
  expect(response.headers.get('X-Content-Type-Options')).toBe('nosniff')
  expect(response.headers.get('Server-Timing')).toContain('total;dur=')
})

test('problems have the same headers', async () => {
  const { app } = await openWords()
  await expectProblem(await app.request('http://127.0.0.1/nothing'), 404)
  await expectProblem(await app.request('http://127.0.0.1/ask', { method: 'POST' }), 415)
})

test('the page of a document has its own frame policy', async () => {
  const { app } = await openWords()
  const policyOf = async (path: string) =>
    (await app.request(`http://127.0.0.1${path}`)).headers.get('Content-Security-Policy')
  expect(await policyOf('/documents/cats')).toContain("frame-ancestors 'self'")
  expect(await policyOf('/')).toContain("frame-ancestors 'none'")
})

test('the origin guard uses the host of the URL, and the rate limit works without a client address', async () => {
  const { app } = await openWords({ requestsPerMinute: 1 })
  await expectProblem(await app.request('http://evil.example/ask', asking()), 403)
  expect((await app.request('http://127.0.0.1/ask', asking())).status).toBe(200)
  await expectProblem(await app.request('http://127.0.0.1/ask', asking()), 429)
})

test('an aborted request stops its question', async () => {
  const never = { ...wordVectors(), score: () => new Promise<number[]>(() => {}) }
  const { app, service } = await openWords({}, { inference: never })
  const aborter = new AbortController()
  const asked = app.request('http://127.0.0.1/ask', asking(aborter.signal))
  await expect.poll(() => service.status().questions.running).toBe(1)
  aborter.abort()
  await expectProblem(await asked, 503)
  expect(service.status().questions.running).toBe(0)
})
