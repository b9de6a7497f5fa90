import type { HttpBindings } from '@hono/node-server'
import { OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { cors } from 'hono/cors'
import { HTTPException } from 'hono/http-exception'
import { methodNotAllowed } from 'hono/method-not-allowed'
import { requestId } from 'hono/request-id'
import { FootnoteError } from '../../index/errors.ts'
import type { Log } from '../log.ts'
import { createMetrics, type Metrics } from '../metrics.ts'
import { addSlackRoutes, SLACK, type SlackRoutesOptions } from '../slack/slack-routes.ts'
import { type AccessRules, addAccess, isKeyed, RATE_HEADERS } from './access.ts'
import { addApiPages } from './api-pages.ts'
import { addAskRoutes } from './ask-routes.ts'
import { addConversationRoutes } from './conversation-routes.ts'
import { addDocumentRoutes } from './document-routes.ts'
import { addFeedbackRoutes } from './feedback-routes.ts'
import { securityHeaders, setHeaders } from './headers.ts'
import { addHealthRoutes } from './health-routes.ts'
import { addMetricsRoutes, countRequests } from './metrics-routes.ts'
import { originGuard } from './origin-guard.ts'
import { addPageRoutes } from './page-routes.ts'
import { INDEX_DAMAGED, NOT_VALID, problemError, problemResponse, unavailable } from './problem.ts'
import type { Service } from '../service.ts'
import { addWidgetRoutes, WIDGET } from './widget-routes.ts'

const MAX_BODY = 64 * 1024

export interface AppOptions extends AccessRules {
  /** Null until everything is loaded. */
  readonly service: () => Service | null
  readonly log: Log
  /** Where the server listens. */
  readonly host: string
  readonly allowedOrigins: readonly string[]
  /** Where people reach the server; null: where it listens. */
  readonly publicUrl?: string | null
  /** Null where nobody asks in Slack. */
  readonly slack?: SlackRoutesOptions | null
  readonly metrics?: Metrics
}

/** The HTTP side of Footnote: every route, and what all of them have in common. */
export function createApp(options: AppOptions): OpenAPIHono {
  const { service, log, host, allowedOrigins, publicUrl = null, slack = null } = options
  const { metrics = createMetrics(service) } = options
  const app = new OpenAPIHono({
    defaultHook: (result) => {
      if (result.success) return
      const errors = result.error.issues.map(({ path, message }) => {
        return { path: path.join('.'), message }
      })
      return problemResponse(400, NOT_VALID, { errors })
    },
  })

  app.use(requestId())
  app.use(logRequests(log))
  app.use(countRequests(metrics))
  app.use(securityHeaders(allowedOrigins))
  // Slack signs its requests, and reaches the server by a name that may not be its own.
  const guard = originGuard({ host, publicUrl, allowedOrigins })
  app.use((c, next) => {
    const isForAll = c.req.path === WIDGET || c.req.path.startsWith(SLACK)
    return isForAll ? next() : guard(c, next)
  })
  if (allowedOrigins.length > 0) {
    app.use(
      cors({
        origin: [...allowedOrigins],
        allowMethods: ['GET', 'POST', 'DELETE'],
        allowHeaders: ['Content-Type', 'Authorization'],
        exposeHeaders: ['X-Request-Id', 'Retry-After', 'Server-Timing', ...RATE_HEADERS],
      }),
    )
  }
  const bodies = bodyLimit({
    maxSize: MAX_BODY,
    onError: () => problemResponse(413, 'The body is over 64 KiB.'),
  })
  for (const path of ['/ask', '/feedback']) {
    app.use(path, (c, next) => {
      // To look at a body makes a stream of it; what says how long it is, Node cuts there.
      const length = c.req.header('Content-Length')
      return length !== undefined && Number(length) <= MAX_BODY ? next() : bodies(c, next)
    })
    app.on('POST', path, async (c, next) => {
      if (isJson(c.req.header('Content-Type'))) return next()
      return problemResponse(415, 'The body must be JSON, with Content-Type: application/json.')
    })
  }
  addAccess(app, options)

  addAskRoutes(app, service)
  addConversationRoutes(app, service)
  addFeedbackRoutes(app, service)
  addPageRoutes(app, { service, publicUrl, keyed: isKeyed('documents', options) })
  addDocumentRoutes(app, service)
  addWidgetRoutes(app)
  if (slack) addSlackRoutes(app, slack)
  addHealthRoutes(app, service)
  addMetricsRoutes(app, metrics)
  addApiPages(app, options)
  app.use(
    methodNotAllowed({
      app,
      onMethodNotAllowed: (_, methods) =>
        problemResponse(405, 'This address does not take that method.', {
          headers: { Allow: methods.join(', ') },
        }),
    }),
  )
  app.notFound(() => problemResponse(404, 'There is nothing at this address. /docs lists what is.'))
  app.onError((error, c) => toProblem(error, c, log))
  return app
}

function logRequests(log: Log) {
  return async (c: Context, next: () => Promise<void>) => {
    const started = performance.now()
    const id: string = c.get('requestId')
    setHeaders(c, { 'X-Request-Id': id })
    await next()
    log.info(
      {
        requestId: id,
        method: c.req.method,
        path: c.req.path,
        status: c.res.status,
        ms: Math.round(performance.now() - started),
      },
      'request',
    )
  }
}

function isJson(contentType: string | undefined): boolean {
  return /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(contentType ?? '')
}

/** What a client is told of an error: nothing internal; the whole of it is in the log. */
function toProblem(error: Error, c: Context, log: Log): Response {
  if (isCutOff(c)) return problemResponse(400, 'The request ended before its body did.')
  const known = error instanceof HTTPException ? error : fromUnexpected(error, c, log)
  const response = known.getResponse()
  if (response.headers.get('Content-Type') === 'application/problem+json') return response
  const challenge = response.headers.get('WWW-Authenticate')
  if (known.status === 401) {
    return problemResponse(401, 'Give an API key: "Authorization: Bearer …".', {
      headers: { 'WWW-Authenticate': challenge ?? 'Bearer' },
    })
  }
  return problemResponse(known.status, known.message || 'The request cannot be answered.')
}

/** Whether the client was gone, or sent away, before all of its request was there. */
function isCutOff(c: Context): boolean {
  const { incoming }: HttpBindings = c.env
  return incoming.destroyed && !incoming.complete
}

function fromUnexpected(error: Error, c: Context, log: Log): HTTPException {
  log.error({ requestId: c.get('requestId'), err: error }, 'request failed')
  switch (error instanceof FootnoteError ? error.code : null) {
    case 'inference-failed':
      return unavailable('The question was interrupted. Ask it again.', 1)
    case 'index-corrupt':
      return unavailable(INDEX_DAMAGED, 60)
    case 'storage-busy':
      return unavailable('What is said here cannot be kept at the moment. Ask again.', 5)
    case 'disk-full':
    case 'storage-unwritable':
    case 'conversations-unreadable':
    case 'feedback-unreadable':
    case 'slack-memory-unreadable':
      return unavailable(
        'What is said here cannot be kept. Whoever runs this server has to see to its disk; ask again then.',
        60,
      )
    default:
      return problemError(
        500,
        'Something went wrong here. The log has it under the id of this request.',
      )
  }
}
