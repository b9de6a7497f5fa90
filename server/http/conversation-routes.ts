import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { conversationId } from '../conversation/ask-body.ts'
import type { Conversations } from '../conversation/conversations.ts'
import { unknownConversation } from '../conversation/converse.ts'
import { turn } from '../conversation/turn.ts'
import { problemError, unavailable } from './problem.ts'
import { failure } from './schemas.ts'
import type { Service } from '../service.ts'

const conversation = z
  .object({
    id: z.string(),
    turns: z
      .array(turn.omit({ searched: true, focus: true, beliefs: true }).openapi('Turn'))
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
  const ready = (): Conversations => {
    const loaded = service()
    if (!loaded) throw unavailable('The index and the models are still being loaded.', 1)
    return loaded.conversations
  }

  app.openapi(showConversation, async (c) => {
    const { id } = c.req.valid('param')
    const turns = await ready().turns(id)
    if (turns === null) throw problemError(404, unknownConversation().message)
    const shown = turns.map(
      ({ question, interpretedAs, answered, answer, confidence, quotes, closest }) => {
        return { question, interpretedAs, answered, answer, confidence, quotes, closest }
      },
    )
    return c.json({ id, turns: shown }, 200)
  })

  app.openapi(forgetConversation, async (c) => {
    const { id } = c.req.valid('param')
    if (!(await ready().forget(id))) throw problemError(404, unknownConversation().message)
    return c.body(null, 204)
  })
}
