import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { quote } from '../answer/answer-schema.ts'
import { storedReplyToJson } from '../answer/stored-reply.ts'
import { conversationId } from '../conversation/ask-body.ts'
import { unknownConversation } from '../conversation/converse.ts'
import { failure, SERVICE_FAILURES } from './problem.ts'
import { createServiceRouter, type FindService, type ServiceEnv } from './router.ts'

const turn = z
  .object({
    question: z.string(),
    interpretedAs: z.string(),
    answered: z.boolean(),
    answer: z.string(),
    confidence: z.number(),
    quotes: z.array(quote),
    alsoOnThis: z.array(quote),
    closest: z.array(quote),
  })
  .openapi('Turn')

const conversation = z
  .object({
    id: z.string(),
    turns: z
      .array(turn)
      .openapi({ description: 'Oldest first. Of a long conversation the oldest are forgotten' }),
  })
  .openapi('Conversation')

const params = z.object({ id: conversationId })

const failures = {
  400: failure('Not the id of a conversation'),
  404: failure('There is no such conversation, or it is forgotten'),
  ...SERVICE_FAILURES,
} as const

const showConversation = createRoute({
  method: 'get',
  path: '/{id}',
  summary: 'What was asked and quoted in a conversation',
  request: { params },
  responses: {
    200: {
      description: 'Its turns',
      content: { 'application/json': { schema: conversation } },
    },
    ...failures,
  },
})

const forgetConversation = createRoute({
  method: 'delete',
  path: '/{id}',
  summary: 'Forget a conversation',
  request: { params },
  responses: { 204: { description: 'It is forgotten' }, ...failures },
})

/** `GET` and `DELETE /conversations/{id}`. */
export function conversationRoutes(findService: FindService): OpenAPIHono<ServiceEnv> {
  const router = createServiceRouter(findService)

  router.openapi(showConversation, async (c) => {
    const { id } = c.req.valid('param')
    const { conversations, linkTo } = c.var.service
    const found = await conversations.find(id)
    if (found === null) throw unknownConversation()
    return c.json({ id, turns: found.turns.map((kept) => storedReplyToJson(kept, linkTo)) }, 200)
  })

  router.openapi(forgetConversation, async (c) => {
    const { id } = c.req.valid('param')
    if (!(await c.var.service.conversations.forget(id))) throw unknownConversation()
    return c.body(null, 204)
  })

  return router
}
