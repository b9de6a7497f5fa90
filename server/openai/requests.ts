import { z } from '@hono/zod-openapi'
import { content, readMessages } from './messages.ts'

/** Its length has no limit: a model may be named after a collection, and the front matter of a document can give that any name. */
const model = z.string().openapi({
  description: 'As /v1/models lists them: all documents, or those of a collection',
  example: 'footnote',
})

const noTools = z
  .array(z.unknown())
  .max(0, 'must be empty: no tools are called here')
  .nullish()
  .openapi({ description: 'Only empty' })
const toolChoice = z
  .enum(['none', 'auto'], { error: 'must be "none" or "auto": no tools are called here' })
  .nullish()
const plainText = z.looseObject({
  type: z.enum(['text'], { error: 'must be "text": answers are quotations, not JSON' }),
})
const store = z.boolean().nullish().openapi({
  description:
    'Whether the turn is kept, as those of /ask are. Default: no. If it is false, the question is not kept for those who look after the documents either',
})
const stream = z.boolean().nullish().openapi({ description: 'Whether to send events' })

const IGNORED =
  'Fields that are not described, such as `temperature` and `max_tokens`, are ignored: nothing is generated.'

/** The body of `POST /v1/chat/completions`. Parsing gives what it asks. */
export const chatRequest = z
  .looseObject({
    model,
    messages: z
      .array(z.looseObject({ role: z.string(), content: content.nullish() }))
      .min(1)
      .openapi({
        description:
          'The last message of the role `user` is the question, as text of 1 to 1,000 characters; those of `user` and `assistant` before it are the conversation. Others are ignored.',
      }),
    stream,
    stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
    store,
    n: z.int().min(1).max(1, 'must be 1: there is one answer').nullish(),
    tools: noTools,
    functions: noTools,
    tool_choice: toolChoice,
    function_call: toolChoice,
    response_format: plainText.nullish(),
    modalities: z
      .array(z.enum(['text'], { error: 'must be "text": answers are not spoken' }))
      .nullish(),
  })
  .openapi('ChatCompletionRequest', { description: IGNORED })
  .transform((body, context) => {
    return {
      ...readMessages(body.messages, 'messages', context),
      model: body.model,
      isStreamed: body.stream ?? false,
      includesUsage: body.stream_options?.include_usage ?? false,
      keep: body.store ?? false,
      isPrivate: body.store === false,
    }
  })

/** What the body of `POST /v1/chat/completions` asks. */
export type ChatRequest = z.infer<typeof chatRequest>

/** The body of `POST /v1/responses`. Parsing gives what it asks. */
export const responseRequest = z
  .looseObject({
    model,
    input: z
      .union([
        z.string(),
        z.array(z.looseObject({ role: z.string().optional(), content: content.nullish() })).min(1),
      ])
      .openapi({
        description:
          'The question, as text of 1 to 1,000 characters; or items: the last message of the role `user` is the question, and the messages of `user` and `assistant` before it are the conversation. Others are ignored.',
      }),
    previous_response_id: z
      .string()
      .nullish()
      .openapi({ description: 'The id of a response with `store: true`, which is continued' }),
    stream,
    store,
    tools: noTools,
    tool_choice: toolChoice,
    text: z.looseObject({ format: plainText.nullish() }).nullish(),
    background: z
      .union([z.literal(false), z.null()], {
        error: 'must be false: answers are not kept for later',
      })
      .optional(),
    conversation: z.null({ error: 'is not known here; use previous_response_id' }).optional(),
    prompt: z.null({ error: 'is not known here; send the question as input' }).optional(),
  })
  .openapi('ResponseRequest', { description: IGNORED })
  .transform((body, context) => {
    const { input } = body
    const messages = typeof input === 'string' ? [{ role: 'user', content: input }] : input
    return {
      ...readMessages(messages, 'input', context),
      model: body.model,
      previousResponseId: body.previous_response_id ?? null,
      isStreamed: body.stream ?? false,
      keep: body.store ?? false,
      isPrivate: body.store === false,
    }
  })

/** What the body of `POST /v1/responses` asks. */
export type ResponseRequest = z.infer<typeof responseRequest>
