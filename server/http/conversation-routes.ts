import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { quote } from '../answer/answer-schema.ts'
import { storedReplyToJson } from '../answer/stored-reply.ts'
import { conversationId } from '../conversation/ask-body.ts'
import { unknownConversation } from '../conversation/converse.ts'
import type { ConversationStore } from '../state/state.ts'
import { problemError, unavailable } from './problem.ts'
import { failure } from './schemas.ts'
import type { Service } from '../service.ts'

const turn = z
  .object({
    question: z.string(),
    interpretedAs: z.string(),
    answered: z.boolean(),
    answer: z.string(),
    confidence: z.number(),
    quotes: z.array(quote),
    closest: z.array(quote),
  })
  .openapi('Turn')

const conversation = z
  .object({
    id: z.string(),
    turns: z
      .array(turn)
      .openapi({ description: 'Oldest first; the oldest of a long conversation are forgotten' }),
  })
  .openapi('Conversation')

const params = z.object({ id: conversationId })

const failures = {
  401: failure('No valid API key'),
  403: failure('Origin not allowed'),
  404: failure('No such conversation, or it is forgotten'),
  503: failure('Not ready'),
} as const

const showConversation = createRoute({
  method: 'get',
  path: '/conversations/{id}',
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
  path: '/conversations/{id}',
  summary: 'Forget a conversation',
  request: { params },
  responses: { 204: { description: 'It is forgotten' }, ...failures },
})

/** `/conversations/{id}`. */
export function addConversationRoutes(app: OpenAPIHono, service: () => Service | null): void {
  const ready = (): ConversationStore => {
    const loaded = service()
    if (!loaded) throw unavailable('The index and the models are still being loaded.', 1)
    return loaded.conversations
  }

  app.openapi(showConversation, async (c) => {
    const { id } = c.req.valid('param')
    const turns = await ready().turns(id)
    if (turns === null) throw problemError(404, unknownConversation().message)
    return c.json({ id, turns: turns.map(storedReplyToJson) }, 200)
  })

  app.openapi(forgetConversation, async (c) => {
    const { id } = c.req.valid('param')
    if (!(await ready().forget(id))) throw problemError(404, unknownConversation().message)
    return c.body(null, 204)
  })
}
