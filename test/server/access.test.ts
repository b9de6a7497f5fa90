import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { post, serveWords } from '../support/serve-words.ts'

const KEY = 'correct-horse-battery'
const OTHER = 'another-key-of-some-length'
const QUESTION = { question: 'When do cats sleep?' }
const bearer = (key: string) => ({ Authorization: `Bearer ${key}` })

async function statusOf(url: string, headers: Record<string, string> = {}): Promise<number> {
  return (await fetch(url, { headers })).status
}

async function statusesOf(url: string, each: readonly Record<string, string>[]) {
  const statuses: number[] = []
  for (const headers of each) statuses.push((await post(url, QUESTION, headers)).status)
  return statuses
}

describe('keys', () => {
  test('are asked for by all that is asked and told, but what is public', async () => {
    const url = await serveWords({ apiKeys: [KEY], publicRoutes: ['documents'] })
    expect(await statusOf(`${url}/ask?question=x`)).toBe(401)
    expect(await statusOf(`${url}/metrics`)).toBe(401)
    expect(await statusOf(`${url}/documents/cats`)).toBe(200)
    expect(await statusOf(`${url}/metrics`, bearer(KEY))).toBe(200)
  })

  test('keep the documents to those who have one where questions are public', async () => {
    const url = await serveWords({ apiKeys: [KEY], publicRoutes: ['questions'] })
    expect(await statusOf(`${url}/ask?question=x`)).toBe(200)
    for (const path of ['/documents', '/documents/cats', '/documents/cats/text', '/metrics']) {
      expect(await statusOf(url + path)).toBe(401)
    }
  })

  test('are described where they are asked for', async () => {
    const url = await serveWords({ apiKeys: [KEY], publicRoutes: ['questions'] })
    const described = z.object({
      paths: z.record(z.string(), z.record(z.string(), z.object({ security: z.array(z.any()) }))),
    })
    const { paths } = described.parse(await (await fetch(`${url}/openapi.json`)).json())
    expect(paths['/ask']?.post?.security).toEqual([])
    expect(paths['/documents/{id}']?.get?.security).toEqual([{ apiKey: [] }])
  })
})

describe('the rate limit', () => {
  test('counts each key by itself, and says what is left', async () => {
    const url = await serveWords({ apiKeys: [KEY, OTHER], requestsPerMinute: 2 })
    const keys = [KEY, KEY, KEY, OTHER].map(bearer)
    expect(await statusesOf(url, keys)).toEqual([200, 200, 429, 200])
    const { headers } = await post(url, QUESTION, bearer(OTHER))
    expect(headers.get('RateLimit-Limit')).toBe('2')
    expect(headers.get('RateLimit-Remaining')).toBe('0')
  })

  test('counts who is connected, whatever is said of where a request is from', async () => {
    const url = await serveWords({ requestsPerMinute: 1 })
    const said = ['203.0.113.1', '203.0.113.2'].map((from) => ({ 'X-Forwarded-For': from }))
    expect(await statusesOf(url, said)).toEqual([200, 429])
  })

  test('takes the word of a trusted proxy, and nothing that stands before it', async () => {
    const url = await serveWords({ requestsPerMinute: 1, trustedProxies: 1 })
    const forged = ['1.1.1.1, 203.0.113.1', '2.2.2.2, 203.0.113.1', '1.1.1.1, 203.0.113.2']
    const said = forged.map((from) => ({ 'X-Forwarded-For': from }))
    expect(await statusesOf(url, said)).toEqual([200, 429, 200])
  })

  test('counts a network of IPv6 as one, and an address by either of its names', async () => {
    const url = await serveWords({ requestsPerMinute: 1, trustedProxies: 1 })
    const from = ['2001:db8::1', '2001:db8:0:0:ffff::2', '2001:db8:0:1::1', '::ffff:203.0.113.9']
    const said = [...from, '203.0.113.9'].map((address) => ({ 'X-Forwarded-For': address }))
    expect(await statusesOf(url, said)).toEqual([200, 429, 200, 200, 429])
  })

  test('is none where it is 0', async () => {
    const url = await serveWords({ requestsPerMinute: 0 })
    const { headers } = await post(url, QUESTION)
    expect(headers.get('RateLimit-Limit')).toBeNull()
  })
})

test('metrics count requests, questions, what is kept, and stages, and name the index', async () => {
  const url = await serveWords()
  await post(url, QUESTION)
  await post(url, QUESTION)
  await post(url, { question: 'How do I reset my password?' })
  await fetch(`${url}/documents/nothing-here`)
  await fetch(`${url}/nowhere/at/all`)
  const response = await fetch(`${url}/metrics`)
  expect(response.headers.get('Content-Type')).toMatch(/^text\/plain; version=0\.0\.4/)
  const lines = (await response.text()).split('\n')
  for (const line of [
    'footnote_questions_total{outcome="answered"} 2',
    'footnote_questions_total{outcome="refused"} 1',
    'footnote_answers_found_total{result="hit"} 1',
    'footnote_answers_found_total{result="miss"} 2',
    'footnote_answers_kept 2',
    'footnote_questions_waiting 0',
    'footnote_stage_seconds_count{stage="rerank"} 2',
    'footnote_http_request_seconds_count{method="POST",route="/ask",status="200"} 3',
    'footnote_http_request_seconds_count{method="GET",route="/documents/:id",status="404"} 1',
  ]) {
    expect(lines).toContain(line)
  }
  expect(lines).toContainEqual(
    expect.stringMatching(/^footnote_index_info\{generation="generation-1-[0-9a-f]+"\} 1$/),
  )
  // Nothing that a client writes is a label.
  expect(lines.join('\n')).not.toMatch(/nowhere|nothing-here|password/)
})
