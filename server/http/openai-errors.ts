import type { MiddlewareHandler } from 'hono'
import { openAiError, problemJson, toOpenAiError } from '../openai/errors.ts'
import { isProblem } from './problem.ts'

/** Middleware that turns problems into errors of OpenAI's shape, with the same statuses and headers. */
export function openAiErrors(): MiddlewareHandler {
  return async (c, next) => {
    await next()
    if (!isProblem(c.res)) return
    const { status, headers } = c.res
    const error = toOpenAiError(problemJson.parse(await c.res.json()))
    const kept = new Headers(headers)
    kept.set('Content-Type', 'application/json')
    kept.delete('Content-Length')
    c.res = undefined
    c.res = new Response(JSON.stringify(error), { status, headers: kept })
  }
}

function failure(description: string) {
  return { description, content: { 'application/json': { schema: openAiError } } }
}

/** The failures of routes in OpenAI's shape. */
export const OPENAI_FAILURES = {
  401: failure('No valid API key'),
  403: failure('Pages of this origin may not ask here'),
  429: failure('Too many requests from this key or address; Retry-After says when to try again'),
  500: failure('Something went wrong here; the log has it under the id of the request'),
  503: failure('Busy, not ready yet, or broken for now; Retry-After says when to try again'),
} as const

/** The failures of a route that answers a question. */
export const OPENAI_ASK_FAILURES = {
  ...OPENAI_FAILURES,
  400: failure('Not valid, or it asks for something that has no meaning here'),
  404: failure('There is no such model or previous response'),
  409: failure('Other requests continued this response at the same time; send it again'),
  413: failure('The body is over 1 MiB'),
  415: failure('The body is not JSON'),
} as const

/** The failures of a route that shows a model. */
export const OPENAI_MODEL_FAILURES = {
  ...OPENAI_FAILURES,
  404: failure('There is no such model'),
} as const
