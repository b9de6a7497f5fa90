import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { offsetParameter } from './document-parameters.ts'
import { failure, SERVICE_FAILURES } from './problem.ts'
import { createServiceRouter, type FindService, type ServiceEnv } from './router.ts'

/** How many changes a page has. */
const PAGE_SIZE = 50

const entry = z
  .object({
    number: z.int(),
    at: z.string().openapi({ description: 'In UTC, by ISO 8601' }),
    by: z.string().openapi({ description: 'The name of the key or of the person' }),
    action: z.string().openapi({ example: 'document.removed' }),
    subject: z.string(),
  })
  .openapi('AuditEntry')

const entries = z
  .object({
    entries: z.array(entry),
    hasMore: z.boolean().openapi({ description: 'Whether there are earlier ones' }),
  })
  .openapi('AuditEntries')

const listChanges = createRoute({
  method: 'get',
  path: '/',
  summary: 'What was changed at the desk, by whom, the latest first',
  request: {
    query: z.strictObject({
      before: offsetParameter
        .optional()
        .openapi({ description: 'Only what came before the entry with this number' }),
    }),
  },
  responses: {
    200: {
      description: `Up to ${PAGE_SIZE} changes in the collections of the key`,
      content: { 'application/json': { schema: entries } },
    },
    400: failure('Not valid'),
    ...SERVICE_FAILURES,
  },
})

/** `/desk/api/log`. */
export function deskLogRoutes(findService: FindService): OpenAPIHono<ServiceEnv> {
  const router = createServiceRouter(findService)
  router.openapi(listChanges, async (c) => {
    const { before } = c.req.valid('query')
    const { collections } = c.var.caller
    const page = { limit: PAGE_SIZE + 1, collections, ...(before !== undefined && { before }) }
    const latest = await c.var.service.audit.latest(page)
    const shown = Array.from(
      latest.slice(0, PAGE_SIZE),
      ({ number, atMs, by, action, subject }) => {
        return { number, at: new Date(atMs).toISOString(), by, action, subject }
      },
    )
    return c.json({ entries: shown, hasMore: latest.length > PAGE_SIZE }, 200)
  })
  return router
}
