import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { MiddlewareHandler } from 'hono'
import { matchedRoutes } from 'hono/route'
import type { Metrics } from '../metrics.ts'
import { failure } from './schemas.ts'

const metricsRoute = createRoute({
  method: 'get',
  path: '/metrics',
  summary: 'What Prometheus collects',
  responses: {
    200: {
      description: 'Counts and times since the start, in its text format',
      content: { 'text/plain': { schema: z.string() } },
    },
    401: failure('No valid API key'),
    403: failure('Origin not allowed'),
  },
})

/** Counts every request by the route that it matched, and how long it took. */
export function countRequests(metrics: Metrics): MiddlewareHandler {
  return async (c, next) => {
    const started = performance.now()
    await next()
    // What is there for all methods is middleware.
    const route = matchedRoutes(c).findLast(({ method }) => method !== 'ALL')?.path ?? 'none'
    const labels = { method: c.req.method, route, status: c.res.status }
    metrics.request(labels, (performance.now() - started) / 1000)
  }
}

/** `/metrics`. */
export function addMetricsRoutes(app: OpenAPIHono, metrics: Metrics): void {
  app.openapi(metricsRoute, async (c) =>
    c.text(await metrics.text(), 200, { 'Content-Type': metrics.contentType }),
  )
}
