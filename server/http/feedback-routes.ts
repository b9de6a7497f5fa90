import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { conversationId, question } from '../conversation/ask-body.ts'
import { findTurn } from '../conversation/turn.ts'
import { BODY_FAILURES, requireJson, limitBody } from './json-body.ts'
import { failure, problemError, SERVICE_FAILURES } from './problem.ts'
import { createServiceRouter, type FindService, type ServiceEnv } from './router.ts'

const feedback = z
  .strictObject({
    conversationId,
    question: question.openapi({ description: 'As it was asked in that conversation' }),
    helpful: z.boolean(),
  })
  .openapi('Feedback')

const giveFeedback = createRoute({
  method: 'post',
  path: '/',
  summary: 'Say whether an answer helped',
  request: { body: { required: true, content: { 'application/json': { schema: feedback } } } },
  responses: {
    204: { description: 'It is kept, and replaces earlier feedback on the same answer' },
    400: failure('Not valid'),
    404: failure('No such question is remembered in this conversation'),
    ...BODY_FAILURES,
    ...SERVICE_FAILURES,
  },
})

/** `POST /feedback`. The answer comes from the server's own record, so a client cannot change it. */
export function feedbackRoutes(findService: FindService): OpenAPIHono<ServiceEnv> {
  const router = createServiceRouter(findService)
  router.post('/', limitBody, requireJson)
  router.openapi(giveFeedback, async (c) => {
    const { service } = c.var
    const { helpful, ...asked } = c.req.valid('json')
    const judged = await findTurn(service.conversations, asked)
    if (!judged) throw problemError(404, 'No such question is remembered in this conversation.')
    await service.feedback.give(JSON.stringify(asked), judged, helpful)
    return c.body(null, 204)
  })
  return router
}
