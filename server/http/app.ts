import type { OpenAPIHono } from '@hono/zod-openapi'
import type { MiddlewareHandler } from 'hono'
import { cors } from 'hono/cors'
import { methodNotAllowed } from 'hono/method-not-allowed'
import type { Log } from '../log.ts'
import { createMetrics, type Metrics } from '../metrics.ts'
import { type AccessRules, addAccess, RATE_HEADERS } from './access.ts'
import { askRoutes } from './ask-routes.ts'
import { conversationRoutes } from './conversation-routes.ts'
import { deskDocumentRoutes } from './desk-document-routes.ts'
import { deskUploadRoutes, UPLOADS_PATH } from './desk-upload-routes.ts'
import { descriptionRoutes } from './description-routes.ts'
import { deskQuestionRoutes } from './desk-question-routes.ts'
import { discoveryRoutes } from './discovery-routes.ts'
import { documentRoutes } from './document-routes.ts'
import { errorHandler } from './error-handler.ts'
import { feedbackRoutes } from './feedback-routes.ts'
import { securityHeaders } from './headers.ts'
import { healthRoutes } from './health-routes.ts'
import { homeRoutes } from './home-routes.ts'
import { anonymousRights } from './identify.ts'
import { countRequests, metricsRoutes } from './metrics-routes.ts'
import { documentLister } from './list-documents.ts'
import { logRequests } from './log-requests.ts'
import { mcpRoutes } from './mcp-routes.ts'
import { openAiErrors } from './openai-errors.ts'
import { openAiRoutes } from './openai-routes.ts'
import { originGuard, type OriginRules } from './origin-guard.ts'
import { originalRoutes } from './original-routes.ts'
import { problemRoutes } from './problem-routes.ts'
import { methodRefused, problemResponse } from './problem.ts'
import { identifyRequests } from './request-id.ts'
import { createRouter, type FindService } from './router.ts'
import { deskCheckRoutes } from './desk-check-routes.ts'
import { deskLogRoutes } from './desk-log-routes.ts'
import { deskPages } from './desk-pages.ts'
import { deskVouchedRoutes } from './desk-vouched-routes.ts'
import { deskWordRoutes } from './desk-word-routes.ts'
import { signInRoutes } from './sign-in-routes.ts'
import { SLACK_PATH, slackRoutes, type SlackRoutesOptions } from './slack-routes.ts'
import { verifyPages } from './verify-pages.ts'
import { verifyRoutes } from './verify-routes.ts'
import { WIDGET_PATH, widgetRoutes } from './widget-routes.ts'

export interface AppOptions extends AccessRules {
  /** Gives the service once everything is loaded, null until then. */
  readonly findService: FindService
  readonly log: Log
  /** The host name or address that the server listens on. */
  readonly host: string
  /** Origins whose pages may ask, in addition to the server's own. */
  readonly allowedOrigins: readonly string[]
  /** The URL at which people reach the server. Default: the one that it listens on. */
  readonly publicUrl?: string | null
  /** Null, the default, where Slack is not connected. */
  readonly slack?: SlackRoutesOptions | null
  /** Default: new metrics. */
  readonly metrics?: Metrics
}

/**
 * Creates the HTTP app with all routes and their shared middleware. It runs on Node's server (see `listen`), and without
 * a server through `app.request()`.
 *
 * @example
 * const app = createApp({ findService: () => service, log, host: '127.0.0.1', allowedOrigins: [], apiKeys: [] })
 * const response = await app.request('http://127.0.0.1/health', { headers: { Host: '127.0.0.1' } })
 */
export function createApp(options: AppOptions): OpenAPIHono {
  const { findService, log, host, allowedOrigins, publicUrl = null, slack = null } = options
  const { metrics = createMetrics(findService) } = options
  const app = createRouter()
  const onError = errorHandler(log)
  app.onError(onError)
  app.notFound(() =>
    problemResponse(404, 'There is nothing at this address. /docs lists all addresses.'),
  )

  app.use(identifyRequests())
  app.use(logRequests(log))
  app.use(countRequests(metrics))
  app.use(securityHeaders())
  app.use('/v1/*', openAiErrors())
  app.use(guard({ host, publicUrl, allowedOrigins }))
  if (allowedOrigins.length > 0) app.use(allowOrigins(allowedOrigins))
  app.use('/verify', verifyPages())
  addAccess(app, options, findService)

  app.route('/ask', askRoutes(findService, onError))
  app.route('/verify', verifyRoutes(findService))
  app.route('/conversations', conversationRoutes(findService))
  app.route('/feedback', feedbackRoutes(findService))
  app.route('/documents', documentRoutes({ findService, allowedOrigins }))
  app.route('/documents', originalRoutes(findService))
  app.route('/problems', problemRoutes(findService))
  app.route('/desk/api', deskDocumentRoutes(findService))
  app.route(UPLOADS_PATH, deskUploadRoutes(findService, log))
  app.route('/v1', openAiRoutes({ findService, publicUrl, onError }))
  app.route('/mcp', mcpRoutes({ findService, publicUrl, log }))
  const listDocuments = documentLister(findService)
  app.route('/', homeRoutes({ publicUrl, listDocuments }))
  app.route('/', discoveryRoutes({ publicUrl, listDocuments }))
  app.route('/desk/api/check', deskCheckRoutes(findService))
  app.route('/desk/api/log', deskLogRoutes(findService))
  app.route('/desk/api/vouched', deskVouchedRoutes(findService))
  app.route('/desk/api/words', deskWordRoutes(findService))
  app.route('/desk/api/questions', deskQuestionRoutes(findService))
  app.route('/', signInRoutes(findService))
  app.route(
    '/',
    deskPages((c) => c.var.caller.name),
  )
  app.route('/', widgetRoutes())
  if (slack) app.route(SLACK_PATH, slackRoutes(slack))
  const isSlackReady = () => slack === null || slack.bot() !== null
  app.route('/', healthRoutes({ findService, isSlackReady }))
  app.route('/', metricsRoutes(metrics))
  app.route(
    '/',
    descriptionRoutes(app, () => anonymousRights(options, findService)),
  )

  app.use(methodNotAllowed({ app, onMethodNotAllowed: methodRefused }))
  return app
}

/** Checks origins on all routes except two: any page may load the widget, and Slack signs its requests. */
function guard(rules: OriginRules): MiddlewareHandler {
  const guarded = originGuard(rules)
  return (c, next) => {
    const isOpen = c.req.path === WIDGET_PATH || c.req.path.startsWith(`${SLACK_PATH}/`)
    return isOpen ? next() : guarded(c, next)
  }
}

function allowOrigins(origins: readonly string[]): MiddlewareHandler {
  return cors({
    origin: [...origins],
    allowMethods: ['GET', 'POST', 'DELETE'],
    // Empty: any header that a page of an allowed origin asks for. Clients of `/v1` and `/mcp` send headers of their own.
    allowHeaders: [],
    exposeHeaders: ['X-Request-Id', 'Retry-After', 'Server-Timing', ...RATE_HEADERS],
  })
}
