import { STATUS_CODES } from 'node:http'
import { z } from '@hono/zod-openapi'
import { HTTPException } from 'hono/http-exception'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { ClientResponse } from '../../index/errors.ts'

const PROBLEM_JSON = 'application/problem+json'

/** A problem as clients get it. */
export const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    errors: z
      .array(z.object({ path: z.string(), message: z.string() }))
      .optional()
      .openapi({ description: 'What is wrong with each field' }),
  })
  .openapi('Problem')

type Problem = z.infer<typeof problem>

/** What is wrong with a field of a request. */
export type WrongField = NonNullable<Problem['errors']>[number]

export interface ProblemOptions {
  readonly errors?: WrongField[]
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * Creates a problem response (RFC 9457). `detail` is text for people who use this server and must contain nothing internal.
 */
export function problemResponse(
  status: number,
  detail: string,
  { errors, headers }: ProblemOptions = {},
): Response {
  const body: Problem = {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail,
    ...(errors && { errors }),
  }
  return Response.json(body, { status, headers: { ...headers, 'Content-Type': PROBLEM_JSON } })
}

/** An error with a problem response, for handlers whose return type has only the successful response. */
export function problemError(
  status: ContentfulStatusCode,
  detail: string,
  options?: ProblemOptions,
): HTTPException {
  return new HTTPException(status, { res: problemResponse(status, detail, options) })
}

/** The response to a request with a method that its address does not take, for Hono's `methodNotAllowed`. */
export function methodRefused(_: unknown, methods: readonly string[]): Response {
  return problemResponse(405, 'This address does not take that method.', {
    headers: { Allow: methods.join(', ') },
  })
}

/** The response to a request whose error is reported to clients. `message` is used where the response has no `detail`. */
export function failedResponse(
  { status, detail, retryAfterSeconds }: ClientResponse,
  message: string,
): Response {
  const retry = retryAfterSeconds !== undefined && { 'Retry-After': String(retryAfterSeconds) }
  return problemResponse(status, detail ?? message, { headers: { ...retry } })
}

/** Whether a response is a problem already. */
export function isProblem(response: Response): boolean {
  return response.headers.get('Content-Type') === PROBLEM_JSON
}

/** The `detail` of a problem; null if the response is no problem. */
export async function detailOf(response: Response): Promise<string | null> {
  return isProblem(response) ? problem.parse(await response.clone().json()).detail : null
}

/** Describes a problem that a route may give. */
export function failure(description: string) {
  return { description, content: { [PROBLEM_JSON]: { schema: problem } } }
}

/** Describes a failure that a route reports as a problem, or to people as a page. */
export function failureOrPage(description: string) {
  const { content } = failure(description)
  return { description, content: { ...content, 'text/html': { schema: z.string() } } }
}

/** The failures that any route may give; the origin guard precedes all routes. */
export const COMMON_FAILURES = {
  403: failure('Pages of this origin may not ask here'),
  500: failure('Something went wrong here; the log has it under the id of the request'),
} as const

/** The failures of routes that may need a key and are rate-limited. */
export const ACCESS_FAILURES = {
  ...COMMON_FAILURES,
  401: failure('No valid API key'),
  429: failure('Too many requests from this key or address; Retry-After says when to try again'),
} as const

/** The failures of routes that need the index and the models. */
export const SERVICE_FAILURES = {
  ...ACCESS_FAILURES,
  503: failure('Busy, not ready yet, or broken for now; Retry-After says when to try again'),
} as const
