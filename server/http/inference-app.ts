import type { OpenAPIHono } from '@hono/zod-openapi'
import { methodNotAllowed } from 'hono/method-not-allowed'
import type { Log } from '../log.ts'
import type { Metrics } from '../metrics.ts'
import { requireApiKey } from './api-keys.ts'
import { errorHandler } from './error-handler.ts'
import { securityHeaders } from './headers.ts'
import { health, readiness } from './health-routes.ts'
import { type FindModels, inferenceRoutes, modelsNotLoaded } from './inference-routes.ts'
import { logRequests } from './log-requests.ts'
import { countRequests, metricsRoutes } from './metrics-routes.ts'
import { originGuard } from './origin-guard.ts'
import { methodRefused, problemResponse } from './problem.ts'
import { identifyRequests } from './request-id.ts'
import { createRouter } from './router.ts'

/** What an app that serves only models needs. */
export interface InferenceAppOptions {
  readonly findModels: FindModels
  readonly log: Log
  readonly metrics: Metrics
  /** The host name or address that the server listens on. */
  readonly host: string
  /** The URL at which other machines reach the server; null: the one that it listens on. */
  readonly publicUrl: string | null
  /** Bearer keys; empty: no key is needed. */
  readonly apiKeys: readonly string[]
}

/** Creates the app of `npm start -- --inference-only`: the models for other machines, `/health`, `/ready` and `/metrics`. */
export function createInferenceApp(options: InferenceAppOptions): OpenAPIHono {
  const { findModels, log, metrics, host, publicUrl, apiKeys } = options
  const app = createRouter()
  app.onError(errorHandler(log))
  app.notFound(() =>
    problemResponse(404, 'There is nothing at this address. This server runs only models.'),
  )
  app.use(identifyRequests())
  // A question needs several calls, and each server asks every two seconds whether this one is there.
  app.use(logRequests(log, 'debug'))
  app.use(countRequests(metrics))
  app.use(securityHeaders())
  app.use(originGuard({ host, publicUrl, allowedOrigins: [] }))
  const withKey = requireApiKey(apiKeys)
  // They have no rate limit: one question needs several calls.
  app.use('/inference/*', withKey)
  app.use('/metrics', withKey)

  app.route('/inference', inferenceRoutes(findModels))
  app.openapi(health, (c) => c.json({ status: 'up' }, 200))
  app.openapi(readiness, (c) => {
    if (!findModels()) throw modelsNotLoaded()
    return c.json({ status: 'ready' }, 200)
  })
  app.route('/', metricsRoutes(metrics))
  app.use(methodNotAllowed({ app, onMethodNotAllowed: methodRefused }))
  return app
}
