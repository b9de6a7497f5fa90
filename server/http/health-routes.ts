import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import { INDEX_DAMAGED, unavailable } from './problem.ts'
import { failure, state } from './schemas.ts'
import type { Service } from '../service.ts'

const stateContent = { 'application/json': { schema: state } }

const health = createRoute({
  method: 'get',
  path: '/health',
  summary: 'Whether the process is up',
  responses: { 200: { description: 'It is up', content: stateContent } },
})

const readiness = createRoute({
  method: 'get',
  path: '/ready',
  summary: 'Whether questions can be answered',
  responses: {
    200: { description: 'The index and the models are loaded', content: stateContent },
    503: failure('Not yet'),
  },
})

/** `/health` and `/ready`. */
export function addHealthRoutes(app: OpenAPIHono, service: () => Service | null): void {
  app.openapi(health, (c) => c.json({ status: 'up' }, 200))
  app.openapi(readiness, (c) => {
    const loaded = service()
    if (!loaded) throw unavailable('The index and the models are still being loaded.', 1)
    if (loaded.index.isDamaged()) throw unavailable(INDEX_DAMAGED, 60)
    return c.json({ status: 'ready' }, 200)
  })
}
