import { STATUS_CODES } from 'node:http'
import type { z } from '@hono/zod-openapi'
import { HTTPException } from 'hono/http-exception'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { problem } from './schemas.ts'

type Problem = z.infer<typeof problem>

export type WrongField = NonNullable<Problem['errors']>[number]

/** The detail of a 400 that names the fields in `errors`. */
export const NOT_VALID = 'Some fields are not valid.'

/** The detail of a 503 until the index is built anew. */
export const INDEX_DAMAGED =
  'The index of the documents is damaged. Whoever runs this server has to build it anew; ask again then.'

/** A response that says what is wrong, as RFC 9457 has it. `detail` is read by people: nothing internal. */
export function problemResponse(
  status: number,
  detail: string,
  { errors, headers }: { errors?: WrongField[]; headers?: Record<string, string> } = {},
): Response {
  const body: Problem = {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail,
    ...(errors && { errors }),
  }
  return Response.json(body, {
    status,
    headers: { ...headers, 'Content-Type': 'application/problem+json' },
  })
}

/** The same, thrown from a handler whose return type is what it gives when all is well. */
export function problemError(
  status: ContentfulStatusCode,
  detail: string,
  options?: Parameters<typeof problemResponse>[2],
): HTTPException {
  return new HTTPException(status, { res: problemResponse(status, detail, options) })
}

/** For a request that cannot be answered now, but may be in `seconds`. */
export function unavailable(detail: string, seconds: number): HTTPException {
  return problemError(503, detail, { headers: { 'Retry-After': String(seconds) } })
}
