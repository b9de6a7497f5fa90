import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context, ErrorHandler } from 'hono'
import { accepts } from 'hono/accepts'
import { answerToJsonText } from '../answer/answer-json.ts'
import { answer } from '../answer/answer-schema.ts'
import {
  askBody,
  type AskBody,
  collections,
  conversationId,
  DEFAULT_QUOTES,
  documentIds,
  MAX_COLLECTIONS,
  MAX_DOCUMENTS,
  MAX_QUOTES,
  maxQuotes,
  question,
} from '../conversation/ask-body.ts'
import type { AskProgress, Reply } from '../conversation/converse.ts'
import type { AskOptions } from '../conversation/question-queue.ts'
import { answerEvent, streamAnswer } from './answer-stream.ts'
import { EVENT_STREAM } from './event-stream.ts'
import { BODY_FAILURES, requireJson, limitBody } from './json-body.ts'
import { clientSignal, setHeaders } from './node.ts'
import { failure, SERVICE_FAILURES } from './problem.ts'
import { requireDocuments } from './require-documents.ts'
import { createServiceRouter, type FindService, type ServiceEnv } from './router.ts'

/** A parameter that may be given several times, or once with commas. */
const severalNames = z
  .union([z.string(), z.array(z.string())])
  .transform((given) => [given].flat().flatMap((names) => names.split(',')))

/** The body of `POST /ask` as a query. */
const askQuery = z.strictObject({
  question,
  conversationId: conversationId.optional(),
  maxQuotes: z
    .string()
    .regex(/^\d+$/, 'must be a whole number')
    .transform(Number)
    .pipe(maxQuotes)
    .default(DEFAULT_QUOTES)
    .openapi({ type: 'integer', minimum: 1, maximum: MAX_QUOTES, default: DEFAULT_QUOTES }),
  documents: severalNames
    .pipe(documentIds)
    .optional()
    .openapi({
      type: 'array',
      items: { type: 'string', pattern: '^[^,]+$' },
      minItems: 1,
      maxItems: MAX_DOCUMENTS,
      description: 'Ids of the documents to answer from; one parameter each, or one with commas',
    }),
  collections: severalNames
    .pipe(collections)
    .optional()
    .openapi({
      type: 'array',
      items: { type: 'string', pattern: '^[^,]+$' },
      minItems: 1,
      maxItems: MAX_COLLECTIONS,
      description:
        'Collections to answer from, besides documents; one parameter each, or one with commas',
    }),
  explain: z
    .enum(['true', 'false'])
    .default('false')
    .transform((value) => value === 'true')
    .openapi({ type: 'boolean', default: false }),
})

const responses = {
  200: {
    description: 'The answer, or a refusal if the documents do not answer the question',
    content: {
      'application/json': { schema: answer },
      [EVENT_STREAM]: { schema: answerEvent },
    },
  },
  400: failure('Not valid'),
  404: failure(
    'The conversation, a document or a collection does not exist, or the conversation has expired',
  ),
  409: failure('Other questions in this conversation were answered at the same time; ask again'),
  ...SERVICE_FAILURES,
} as const

const STREAMED =
  'With Accept: text/event-stream the answer is sent as events: reading, quotes, and the whole answer at the end.'

const postResponses = { ...responses, ...BODY_FAILURES } as const

const postAsk = createRoute({
  method: 'post',
  path: '/',
  summary: 'Ask a question',
  description: STREAMED,
  request: { body: { required: true, content: { 'application/json': { schema: askBody } } } },
  responses: postResponses,
})

const getAsk = createRoute({
  method: 'get',
  path: '/',
  summary: 'Ask a question from a browser or curl',
  description: `Other parameters are not valid. ${STREAMED}`,
  request: { query: askQuery },
  responses,
})

/** `POST /ask` and `GET /ask`. `onError` turns an error after the first event of an answer into a problem. */
export function askRoutes(
  findService: FindService,
  onError: ErrorHandler,
): OpenAPIHono<ServiceEnv> {
  const router = createServiceRouter(findService)
  const respond = (c: Context<ServiceEnv>, asked: AskBody) => {
    if (!wantsEvents(c)) return answerTo(c, asked)
    const { explain } = asked
    const { linkTo } = c.var.service
    const signal = clientSignal(c)
    const ask = (progress: AskProgress) => replyTo(c, asked, { signal, progress })
    return streamAnswer(c, ask, { explain, linkTo, onError, signal })
  }
  router.openapi(getAsk, (c) => respond(c, c.req.valid('query')))
  router.post('/', limitBody, requireJson)
  router.openapi(postAsk, (c) => respond(c, c.req.valid('json')))
  return router
}

/** Whether a client prefers events to JSON. A client that accepts anything gets JSON. */
function wantsEvents(c: Context): boolean {
  const type = 'application/json'
  const supports = [type, EVENT_STREAM]
  return accepts(c, { header: 'Accept', supports, default: type }) === EVENT_STREAM
}

/** Answers in one piece, and sets the `Server-Timing` header. */
async function answerTo(c: Context<ServiceEnv>, asked: AskBody) {
  const started = performance.now()
  const reply = await replyTo(c, asked, { signal: clientSignal(c) })
  const timings = { ...reply.answer.timings, total: performance.now() - started }
  setHeaders(c, { 'Server-Timing': serverTiming(timings) })
  const { interpretedAs, conversationId: id } = reply
  const json = answerToJsonText(reply.answer, {
    interpretedAs,
    conversationId: id,
    explain: asked.explain,
    linkTo: c.var.service.linkTo,
  })
  return c.body(json, 200, { 'Content-Type': 'application/json' })
}

async function replyTo(
  c: Context<ServiceEnv>,
  asked: AskBody,
  options: AskOptions,
): Promise<Reply> {
  const { question: text, maxQuotes: limit, conversationId: id } = asked
  const service = c.get('service')
  return service.ask(
    {
      question: text,
      maxQuotes: limit,
      documentIds: await requireDocuments(asked, service),
      conversationId: id ?? null,
    },
    options,
  )
}

/** The value of the `Server-Timing` header. `timings` are in ms. */
function serverTiming(timings: Readonly<Record<string, number>>): string {
  return Object.entries(timings)
    .map(([stage, ms]) => `${stage};dur=${ms.toFixed(1)}`)
    .join(', ')
}
