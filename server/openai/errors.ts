import { z } from '@hono/zod-openapi'

/** An error in the shape that OpenAI's clients read. */
export const openAiError = z
  .object({
    error: z.object({
      message: z.string(),
      type: z.string(),
      param: z.string().nullable().openapi({ description: 'The first wrong field' }),
      code: z.string().nullable(),
    }),
  })
  .openapi('OpenAIError')

/** {@link openAiError} as a type. */
export type OpenAiError = z.infer<typeof openAiError>

/** A problem (RFC 9457), as the other routes of this server give it. */
export const problemJson = z.object({
  status: z.int(),
  detail: z.string(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).default([]),
})

/** A problem in OpenAI's shape. */
export function toOpenAiError({
  status,
  detail,
  errors,
}: z.infer<typeof problemJson>): OpenAiError {
  const param = errors[0]?.path ?? null
  const fields = errors.map(({ path, message }) => ` ${path}: ${message}.`).join('')
  const message = `${detail}${fields}`
  return { error: { message, type: typeOf(status), param, code: codeOf(status, param) } }
}

function typeOf(status: number): string {
  if (status >= 500) return 'server_error'
  if (status === 429) return 'requests'
  return status === 403 ? 'request_forbidden' : 'invalid_request_error'
}

/** The codes that clients of OpenAI know. */
function codeOf(status: number, param: string | null): string | null {
  if (status === 401) return 'invalid_api_key'
  if (status === 429) return 'rate_limit_exceeded'
  if (status !== 404) return null
  if (param === 'model') return 'model_not_found'
  return param === 'previous_response_id' ? 'previous_response_not_found' : null
}
