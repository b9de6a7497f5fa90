import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { HTTPException } from 'hono/http-exception'
import { clientResponse } from '../../index/errors.ts'
import { COMMON_FAILURES, failedResponse, failure } from './problem.ts'
import { createRouter, type FindService, notReady } from './router.ts'

const state = z.object({ status: z.string() }).openapi('State')
const content = { 'application/json': { schema: state } }

const health = createRoute({
  method: 'get',
  path: '/health',
  summary: 'Whether the process is up',
  responses: { 200: { description: 'It is up', content }, ...COMMON_FAILURES },
})

const readiness = createRoute({
  method: 'get',
  path: '/ready',
  summary: 'Whether questions can be answered',
  responses: {
    200: { description: 'The index, the models and all that is configured are ready', content },
    ...COMMON_FAILURES,
    503: failure('Not yet, or the index is damaged'),
  },
})

export interface HealthOptions {
  readonly findService: FindService
  /** Whether the Slack bot is ready; true if Slack is not configured. */
  readonly isSlackReady: () => boolean
}

/** `/health` and `/ready`. */
export function healthRoutes({ findService, isSlackReady }: HealthOptions): OpenAPIHono {
  const router = createRouter()
  router.openapi(health, (c) => c.json({ status: 'up' }, 200))
  router.openapi(readiness, (c) => {
    const service = findService()
    if (!service || !isSlackReady()) throw notReady()
    const damaged = service.isIndexDamaged() ? clientResponse('index-corrupt') : null
    // A `FootnoteError` would be logged at every check, but the request that found the damage has already logged it.
    if (damaged) throw new HTTPException(damaged.status, { res: failedResponse(damaged, '') })
    return c.json({ status: 'ready' }, 200)
  })
  return router
}
