import { expect } from 'vitest'

/** Expects a problem as RFC 9457 has it, with this status and nothing internal in it; gives its body. */
export async function expectProblem(response: Response, status: number): Promise<unknown> {
  expect(response.status).toBe(status)
  expect(response.headers.get('Content-Type')).toBe('application/problem+json')
  expect(response.headers.get('X-Request-Id')).toMatch(/^[\w-]{10,}$/)
  const body: unknown = await response.json()
  expect(body).toMatchObject({ type: 'about:blank', status })
  expect(JSON.stringify(body)).not.toMatch(/node_modules|\.ts\b|SELECT|\/tmp\//)
  return body
}
