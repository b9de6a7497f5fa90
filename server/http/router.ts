import { OpenAPIHono } from '@hono/zod-openapi'
import type { Env, MiddlewareHandler } from 'hono'
import type { ZodError } from 'zod'
import { FootnoteError } from '../../index/errors.ts'
import type { Service } from '../service.ts'
import { problemResponse } from './problem.ts'

/** Gives the service once everything is loaded, null until then. */
export type FindService = () => Service | null

/** The variables that {@link ready} sets for the routes after it. */
export interface ServiceEnv {
  Variables: { service: Service }
}

/** Creates a router for one resource. An invalid request gets status 400 with the wrong fields. */
export function createRouter<E extends Env = Env>(): OpenAPIHono<E> {
  return new OpenAPIHono<E>({
    defaultHook: (result) => (result.success ? undefined : notValid(result.error)),
  })
}

/** Creates a router whose routes all need the service: see {@link ready}. */
export function createServiceRouter<E extends ServiceEnv = ServiceEnv>(
  findService: FindService,
): OpenAPIHono<E> {
  const router = createRouter<E>()
  router.use(ready(findService))
  return router
}

/** Gives the routes after it the service as `c.var.service`, with the documents that the caller may see. Until everything is loaded, requests fail with `not-ready`. */
export function ready(findService: FindService): MiddlewareHandler<ServiceEnv> {
  return async (c, next) => {
    const service = findService()
    if (!service) throw notReady()
    const { collections } = c.var.caller
    c.set('service', collections === null ? service : service.within(collections))
    await next()
  }
}

/** The error of a request that comes before everything is loaded. */
export function notReady(): FootnoteError {
  return new FootnoteError('not-ready', 'The index and the models are still being loaded.')
}

/** The response to a request that is not valid. */
export function notValid({ issues }: ZodError): Response {
  const errors = issues.map(({ path, message }) => ({ path: path.join('.'), message }))
  return problemResponse(400, 'Some fields are not valid.', { errors })
}
