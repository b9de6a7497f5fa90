import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { HTTPException } from 'hono/http-exception'
import { clientResponse, type ErrorCode, FootnoteError } from '../../index/errors.ts'
import { COMMON_FAILURES, failedResponse, failure } from './problem.ts'
import type { Service } from '../service.ts'
import { createRouter, type FindService, notReady } from './router.ts'

const state = z.object({ status: z.string() }).openapi('State')
const content = { 'application/json': { schema: state } }

/** `/health`. */
export const health = createRoute({
  method: 'get',
  path: '/health',
  summary: 'Whether the process is up',
  responses: { 200: { description: 'It is up', content }, ...COMMON_FAILURES },
})

/** `/ready`. */
export const readiness = createRoute({
  method: 'get',
  path: '/ready',
  summary: 'Whether questions can be answered',
  responses: {
    200: { description: 'The index, the models and all that is configured are ready', content },
    ...COMMON_FAILURES,
    503: failure('Not yet, the index is damaged, or the database or the models cannot be reached'),
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
  router.openapi(readiness, async (c) => {
    const service = findService()
    if (!service || !isSlackReady()) throw notReady()
    const fault = await faultOf(service)
    const told = fault && clientResponse(fault)
    // A `FootnoteError` would be logged at every check, but what found the fault has already logged it.
    if (told) throw new HTTPException(told.status, { res: failedResponse(told, '') })
    return c.json({ status: 'ready' }, 200)
  })
  return router
}

/** Why questions cannot be answered now; null where they can. */
async function faultOf(service: Service): Promise<ErrorCode | null> {
  if (service.isIndexDamaged()) return 'index-corrupt'
  if (!service.areModelsAvailable()) return 'inference-unreachable'
  try {
    await service.checkState()
    return null
  } catch (error) {
    if (error instanceof FootnoteError) return error.code
    throw error
  }
}
