import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { conversationId, question } from '../conversation/ask-body.ts'
import { turnOf } from '../conversation/turn.ts'
import { problemError, unavailable } from './problem.ts'
import { failure } from './schemas.ts'
import type { Service } from '../service.ts'

const feedback = z
  .strictObject({
    conversationId,
    question: question.openapi({ description: 'As it was asked in that conversation' }),
    helpful: z.boolean(),
  })
  .openapi('Feedback')

const giveFeedback = createRoute({
  method: 'post',
  path: '/feedback',
  summary: 'Say whether an answer helped',
  request: { body: { required: true, content: { 'application/json': { schema: feedback } } } },
  responses: {
    204: { description: 'It is kept, in place of what was said of the same answer before' },
    400: failure('Not valid'),
    401: failure('No valid API key'),
    403: failure('Origin not allowed'),
    404: failure('No such question in a conversation that is remembered'),
    413: failure('Body over 64 KiB'),
    415: failure('Body is not JSON'),
    429: failure('Too many requests from this client'),
    503: failure('Not ready'),
  },
})

/** `POST /feedback`: the server keeps its own record of what it answered, not what it is told that it did. */
export function addFeedbackRoutes(app: OpenAPIHono, service: () => Service | null): void {
  app.openapi(giveFeedback, async (c) => {
    const ready = service()
    if (!ready) throw unavailable('The index and the models are still being loaded.', 1)
    const { helpful, ...asked } = c.req.valid('json')
    const judged = await turnOf(ready.conversations, asked)
    if (!judged) throw problemError(404, 'No such question is remembered in this conversation.')
    await ready.feedback.give(JSON.stringify(asked), judged, helpful)
    return c.body(null, 204)
  })
}
