import { randomUUID } from 'node:crypto'
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context, ErrorHandler } from 'hono'
import { FootnoteError } from '../../index/errors.ts'
import { DEFAULT_QUOTES } from '../conversation/ask-body.ts'
import type { AskRequest } from '../conversation/converse.ts'
import type { Ask } from '../conversation/question-queue.ts'
import { chatCompletion, ChatStream, toChatCompletion } from '../openai/chat.ts'
import type { AskedMessages } from '../openai/messages.ts'
import { findModel, listModels, model, modelList } from '../openai/models.ts'
import { askMarkdown, conversationOfReply, countWords, replyId } from '../openai/reply.ts'
import {
  chatRequest,
  type ChatRequest,
  responseRequest,
  type ResponseRequest,
} from '../openai/requests.ts'
import { response, ResponseStream, toResponse } from '../openai/responses.ts'
import type { Service } from '../service.ts'
import { EVENT_STREAM, EVENT_STREAM_HEADERS, type Send } from './event-stream.ts'
import { limitBodyTo, requireJson } from './json-body.ts'
import { clientSignal } from './node.ts'
import { OPENAI_ASK_FAILURES, OPENAI_FAILURES, OPENAI_MODEL_FAILURES } from './openai-errors.ts'
import { streamReply } from './openai-stream.ts'
import { problemError } from './problem.ts'
import { publicAddress } from './public-address.ts'
import { createServiceRouter, type FindService, type ServiceEnv } from './router.ts'

/** The size of a request body, in KiB. Each question comes with the whole conversation before it. */
const MAX_BODY_KIB = 1024

const showModels = createRoute({
  method: 'get',
  path: '/models',
  summary: "The models, as OpenAI's clients list them",
  responses: {
    200: {
      description: 'One for all documents, and one for each collection',
      content: { 'application/json': { schema: modelList } },
    },
    ...OPENAI_FAILURES,
  },
})

const showModel = createRoute({
  method: 'get',
  path: '/models/{model}',
  summary: 'A model',
  request: { params: z.object({ model: z.string().min(1).openapi({ example: 'footnote' }) }) },
  responses: {
    200: { description: 'The model', content: { 'application/json': { schema: model } } },
    ...OPENAI_MODEL_FAILURES,
  },
})

const eventStream = { [EVENT_STREAM]: { schema: z.string() } }

const chat = createRoute({
  method: 'post',
  path: '/chat/completions',
  summary: "Ask a question as OpenAI's chat takes it",
  request: { body: { required: true, content: { 'application/json': { schema: chatRequest } } } },
  responses: {
    200: {
      description: 'The quotes or a refusal as Markdown, with annotations; with `stream`, events',
      content: { 'application/json': { schema: chatCompletion }, ...eventStream },
    },
    ...OPENAI_ASK_FAILURES,
  },
})

const respond = createRoute({
  method: 'post',
  path: '/responses',
  summary: "Ask a question as OpenAI's Responses API takes it",
  request: {
    body: { required: true, content: { 'application/json': { schema: responseRequest } } },
  },
  responses: {
    200: {
      description: 'The quotes or a refusal as Markdown, with annotations; with `stream`, events',
      content: { 'application/json': { schema: response }, ...eventStream },
    },
    ...OPENAI_ASK_FAILURES,
  },
})

/** What the routes below `/v1` need. */
export interface OpenAiOptions {
  readonly findService: FindService
  /** The URL at which people reach the server; null: the origin of the request's URL. */
  readonly publicUrl: string | null
  /** Makes the response to an error. */
  readonly onError: ErrorHandler
}

/** The routes below `/v1` that OpenAI's clients know. */
export function openAiRoutes(options: OpenAiOptions): OpenAPIHono<ServiceEnv> {
  const { findService, publicUrl, onError } = options
  const router = createServiceRouter(findService)
  const baseUrlOf = (c: Context) => publicAddress(c, publicUrl)

  router.openapi(showModels, async (c) =>
    c.json({ object: 'list' as const, data: await listModels(c.var.service) }, 200),
  )
  router.openapi(showModel, async (c) =>
    c.json((await requireModel(c.req.valid('param').model, c.var.service)).model, 200),
  )

  router.post('/chat/completions', limitBodyTo(MAX_BODY_KIB), requireJson)
  router.openapi(chat, async (c) => {
    const asked = c.req.valid('json')
    const { ask, linkTo } = c.var.service
    const request = await requestOf(asked, null, c.var.service)
    const [read, baseUrl] = [wordsRead(asked), baseUrlOf(c)]
    const headOf = (id: string) => ({ id, created: nowInSeconds(), model: asked.model })
    if (asked.isStreamed) {
      const open = (id: string, send: Send) => new ChatStream(headOf(id), asked.includesUsage, send)
      const streamed = { ask, linkTo, request, read, baseUrl, prefix: CHAT_ID, open, onError }
      return c.body(await streamReply(c, streamed), 200, EVENT_STREAM_HEADERS)
    }
    const signal = clientSignal(c)
    const reply = await askMarkdown(request, { ask, linkTo, signal, baseUrl })
    const head = headOf(replyId(CHAT_ID, reply.conversationId))
    return c.json(toChatCompletion(head, reply, { read, written: countWords(reply.text) }), 200)
  })

  router.post('/responses', limitBodyTo(MAX_BODY_KIB), requireJson)
  router.openapi(respond, async (c) => {
    const asked = c.req.valid('json')
    const { previousResponseId, keep: store } = asked
    const { linkTo } = c.var.service
    const ask = continuing(c.var.service.ask)
    const conversationId = previousResponseId === null ? null : conversationOf(previousResponseId)
    const request = await requestOf(asked, conversationId, c.var.service)
    const [read, baseUrl] = [wordsRead(asked), baseUrlOf(c)]
    const headOf = (id: string) => {
      const messageId = `msg_${randomUUID().replaceAll('-', '')}`
      const { model: name } = asked
      return { id, created: nowInSeconds(), model: name, previousResponseId, store, messageId }
    }
    if (asked.isStreamed) {
      const open = (id: string, send: Send) => new ResponseStream(headOf(id), send)
      const streamed = { ask, linkTo, request, read, baseUrl, prefix: RESPONSE_ID, open, onError }
      return c.body(await streamReply(c, streamed), 200, EVENT_STREAM_HEADERS)
    }
    const signal = clientSignal(c)
    const reply = await askMarkdown(request, { ask, linkTo, signal, baseUrl })
    const head = headOf(replyId(RESPONSE_ID, reply.conversationId))
    return c.json(toResponse(head, reply, { read, written: countWords(reply.text) }), 200)
  })

  return router
}

const CHAT_ID = 'chatcmpl-'
const RESPONSE_ID = 'resp_'

/** The question of a request, for the documents of its model. Throws a problem with status 404 where there is no such model. */
async function requestOf(
  { question, told, keep, isPrivate, model: name }: ChatRequest | ResponseRequest,
  conversationId: string | null,
  service: Service,
): Promise<AskRequest> {
  const { documentIds } = await requireModel(name, service)
  const asked = { question, told, keep, isPrivate }
  return { ...asked, conversationId, documentIds, maxQuotes: DEFAULT_QUOTES }
}

async function requireModel(id: string, service: Service) {
  const found = await findModel(id, service)
  if (found) return found
  throw problemError(404, 'There is no such model. GET /v1/models lists those that there are.', {
    errors: [{ path: 'model', message: `is ${JSON.stringify(id)}; use "footnote"` }],
  })
}

/** The conversation that a response continues. */
function conversationOf(previousResponseId: string): string {
  const conversationId = conversationOfReply(RESPONSE_ID, previousResponseId)
  if (conversationId === null) throw previousUnknown()
  return conversationId
}

/** Wraps `ask`: if the conversation is unknown, it rejects with a problem that names `previous_response_id`. */
function continuing(ask: Ask): Ask {
  return async (request, options) => {
    try {
      return await ask(request, options)
    } catch (error) {
      const isUnknown = error instanceof FootnoteError && error.code === 'conversation-unknown'
      throw isUnknown ? previousUnknown() : error
    }
  }
}

function previousUnknown() {
  const message =
    'There is no such response, or it is forgotten, or it was made without "store": true. Send the conversation as input.'
  return problemError(404, message, {
    errors: [{ path: 'previous_response_id', message: 'is not known' }],
  })
}

function nowInSeconds(): number {
  return Math.floor(Date.now() / 1000)
}

/** How many words a request has in its question and in the turns before it. */
function wordsRead({ question, told }: AskedMessages): number {
  const texts = [question, ...told.flatMap((turn) => [turn.question, turn.answer])]
  return texts.reduce((sum, text) => sum + countWords(text), 0)
}
