import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context, MiddlewareHandler } from 'hono'
import { FootnoteError } from '../../index/errors.ts'
import type { Inference } from '../../index/inference/inference.ts'
import {
  identity,
  type Identity,
  MAX_REQUEST_KIB,
  requests,
  results,
  type RouteName,
} from '../../index/inference/remote/wire.ts'
import { BODY_FAILURES, limitBodyTo, requireJson } from './json-body.ts'
import { clientSignal } from './node.ts'
import { failure, problemError, SERVICE_FAILURES } from './problem.ts'
import { createRouter } from './router.ts'

/** Models that are loaded, for other machines. */
export interface ServedModels {
  readonly inference: Inference
  readonly identity: Identity
  /** How many calls run at the same time. */
  readonly processes: number
}

/** Gives the models once they are loaded, null until then. */
export type FindModels = () => ServedModels | null

interface ModelsEnv {
  Variables: { models: ServedModels }
}

/** How many calls may wait for each that runs; more are refused. A call of a question takes 0.02 to 0.2 s. */
const WAITING_FOR_EACH = 16

const identityRoute = createRoute({
  method: 'get',
  path: '/',
  summary: 'Which models this machine has',
  responses: {
    200: { description: 'Its models', content: { 'application/json': { schema: identity } } },
    ...SERVICE_FAILURES,
  },
})

/**
 * `/inference`: the models, for servers with `INFERENCE_URL`. A request names the models that it needs, so that no answer
 * comes from others: a machine behind the same address may be replaced between two requests.
 */
export function inferenceRoutes(findModels: FindModels): OpenAPIHono<ModelsEnv> {
  const router = createRouter<ModelsEnv>()
  router.use(loaded(findModels))
  router.openapi(identityRoute, (c) => c.json(c.var.models.identity, 200))
  router.post('/*', limitBodyTo(MAX_REQUEST_KIB), requireJson)
  const run = callRunner()
  router.openapi(routeOf('embed'), async (c) => {
    const { texts, models } = c.req.valid('json')
    const { inference } = requireModels(models, c.var.models)
    const vectors = await run(c, (signal) => inference.embed(texts, { signal }))
    return c.json(z.encode(results.embed, vectors), 200)
  })
  router.openapi(routeOf('embed-sentences'), async (c) => {
    const { texts: passages, isBackground, models } = c.req.valid('json')
    const { inference } = requireModels(models, c.var.models)
    const vectors = await run(c, (signal) =>
      inference.embedSentences(passages, { isBackground, signal }),
    )
    return c.json(z.encode(results['embed-sentences'], vectors), 200)
  })
  router.openapi(routeOf('score'), async (c) => {
    const { question, texts, models } = c.req.valid('json')
    const { inference } = requireModels(models, c.var.models)
    const logits = await run(c, (signal) => inference.score(question, texts, { signal }))
    return c.json(z.encode(results.score, logits), 200)
  })
  router.openapi(routeOf('read'), async (c) => {
    const { question, texts, models } = c.req.valid('json')
    const { inference } = requireModels(models, c.var.models)
    const readings = await run(c, (signal) => inference.read(question, texts, { signal }))
    return c.json(z.encode(results.read, readings), 200)
  })
  return router
}

type RunCall = <T>(c: Context<ModelsEnv>, call: (signal: AbortSignal) => Promise<T>) => Promise<T>

/**
 * Makes a function that runs calls of the models, and answers 503 to those beyond the ones that run and that may wait. It is for
 * requests that have arrived and are valid: one whose body comes slowly takes the place of no other.
 */
function callRunner(): RunCall {
  let calls = 0
  return async (c, call) => {
    if (calls >= (1 + WAITING_FOR_EACH) * c.var.models.processes) {
      throw problemError(503, 'Too many calls are waiting.', { headers: { 'Retry-After': '1' } })
    }
    calls += 1
    try {
      return await whileWanted(c, call)
    } finally {
      calls -= 1
    }
  }
}

/** Runs a call of the models, which is given up when the client is gone. */
async function whileWanted<T>(c: Context, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const signal = clientSignal(c)
  try {
    return await call(signal)
  } catch (error) {
    if (!signal.aborted) throw error
    throw new FootnoteError('question-abandoned', 'Nobody waits for the result.', error)
  }
}

function routeOf<R extends RouteName>(name: R) {
  const schema = requests[name]
  return createRoute({
    method: 'post',
    path: `/${name}`,
    request: { body: { required: true, content: { 'application/json': { schema } } } },
    responses: {
      200: {
        description: 'One result for each text, in order',
        content: { 'application/json': { schema: z.array(z.unknown()) } },
      },
      ...SERVICE_FAILURES,
      ...BODY_FAILURES,
      400: failure('Not valid'),
      409: failure('This machine has other models'),
    },
  })
}

/** The error of a request that comes before the models are loaded. */
export function modelsNotLoaded(): FootnoteError {
  return new FootnoteError('not-ready', 'The models are still being loaded.')
}

function loaded(findModels: FindModels): MiddlewareHandler<ModelsEnv> {
  return async (c, next) => {
    const models = findModels()
    if (!models) throw modelsNotLoaded()
    c.set('models', models)
    await next()
  }
}

function requireModels(needed: string, models: ServedModels): ServedModels {
  if (needed === models.identity.models) return models
  throw problemError(409, 'This machine has other models.')
}
