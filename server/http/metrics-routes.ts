import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { MiddlewareHandler } from 'hono'
import { matchedRoutes } from 'hono/route'
import type { Metrics } from '../metrics.ts'
import { COMMON_FAILURES, failure } from './problem.ts'
import { createRouter } from './router.ts'

const metricsRoute = createRoute({
  method: 'get',
  path: '/metrics',
  summary: 'Metrics for Prometheus',
  responses: {
    200: {
      description: 'Counts and times since the start, in the text format of Prometheus',
      content: { 'text/plain': { schema: z.string() } },
    },
    401: failure('No valid API key'),
    ...COMMON_FAILURES,
  },
})

/** Counts every request by the route pattern that its path matched, and records how long it took. */
export function countRequests(metrics: Metrics): MiddlewareHandler {
  return async (c, next) => {
    const started = performance.now()
    await next()
    // Handlers that are registered for all methods are middleware.
    const route = matchedRoutes(c).findLast(({ method }) => method !== 'ALL')?.path ?? 'none'
    const labels = { method: c.req.method, route, status: c.res.status }
    metrics.countRequest(labels, (performance.now() - started) / 1000)
  }
}

/** `/metrics`. */
export function metricsRoutes(metrics: Metrics): OpenAPIHono {
  const router = createRouter()
  router.openapi(metricsRoute, async (c) =>
    c.text(await metrics.text(), 200, { 'Content-Type': metrics.contentType }),
  )
  return router
}
