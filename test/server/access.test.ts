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

describe('API keys', () => {
  test('are required by every route except those that are always open', async () => {
    const url = await serveWords({ apiKeys: [KEY], publicRoutes: ['documents'] })
    expect(await statusOf(`${url}/ask?question=x`)).toBe(401)
    expect(await statusOf(`${url}/metrics`)).toBe(401)
    expect(await statusOf(`${url}/documents/cats`)).toBe(200)
    expect(await statusOf(`${url}/metrics`, bearer(KEY))).toBe(200)
  })

  test('are still required for documents where only questions are public', async () => {
    const url = await serveWords({ apiKeys: [KEY], publicRoutes: ['questions'] })
    expect(await statusOf(`${url}/ask?question=x`)).toBe(200)
    for (const path of ['/documents', '/documents/cats', '/documents/cats/text', '/metrics']) {
      expect(await statusOf(url + path)).toBe(401)
    }
  })

  test('are described for each route that requires one', async () => {
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
  test('counts each key separately, and tells the client how many requests are left', async () => {
    const url = await serveWords({ apiKeys: [KEY, OTHER], requestsPerMinute: 2 })
    const keys = [KEY, KEY, KEY, OTHER].map(bearer)
    expect(await statusesOf(url, keys)).toEqual([200, 200, 429, 200])
    const { headers } = await post(url, QUESTION, bearer(OTHER))
    expect(headers.get('RateLimit-Limit')).toBe('2')
    expect(headers.get('RateLimit-Remaining')).toBe('0')
  })

  test('counts by the connected address, and ignores X-Forwarded-For without a trusted proxy', async () => {
    const url = await serveWords({ requestsPerMinute: 1 })
    const said = ['203.0.113.1', '203.0.113.2'].map((from) => ({ 'X-Forwarded-For': from }))
    expect(await statusesOf(url, said)).toEqual([200, 429])
  })

  test('counts by the address that a trusted proxy added, and ignores the addresses before it', async () => {
    const url = await serveWords({ requestsPerMinute: 1, trustedProxies: 1 })
    const forged = ['1.1.1.1, 203.0.113.1', '2.2.2.2, 203.0.113.1', '1.1.1.1, 203.0.113.2']
    const said = forged.map((from) => ({ 'X-Forwarded-For': from }))
    expect(await statusesOf(url, said)).toEqual([200, 429, 200])
  })

  test('counts an IPv6 /64 network as one client, and an IPv4 address the same in IPv6 notation', async () => {
    const url = await serveWords({ requestsPerMinute: 1, trustedProxies: 1 })
    const from = ['2001:db8::1', '2001:db8:0:0:ffff::2', '2001:db8:0:1::1', '::ffff:203.0.113.9']
    const said = [...from, '203.0.113.9'].map((address) => ({ 'X-Forwarded-For': address }))
    expect(await statusesOf(url, said)).toEqual([200, 429, 200, 200, 429])
  })

  test('does not exist where it is set to 0', async () => {
    const url = await serveWords({ requestsPerMinute: 0 })
    const { headers } = await post(url, QUESTION)
    expect(headers.get('RateLimit-Limit')).toBeNull()
  })
})

test('metrics count requests, questions, cached answers and stages, and name the index generation', async () => {
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
  // Labels never contain text from a client.
  expect(lines.join('\n')).not.toMatch(/nowhere|nothing-here|password/)
})
