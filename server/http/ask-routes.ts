import type { HttpBindings } from '@hono/node-server'
import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { Store } from '../../index/storage/storage.ts'
import { FootnoteError } from '../../index/errors.ts'
import { answerToJson } from '../answer/answer-json.ts'
import { answer, type AnswerJson } from '../answer/answer-schema.ts'
import { askBody, type AskBody } from '../conversation/ask-body.ts'
import type { Reply } from '../conversation/converse.ts'
import { NOT_VALID, problemError, unavailable } from './problem.ts'
import { askQuery, failure } from './schemas.ts'
import type { Service } from '../service.ts'

const responses = {
  200: {
    description: 'The answer; also where the documents do not answer',
    content: { 'application/json': { schema: answer } },
  },
  400: failure('Not valid'),
  401: failure('No valid API key'),
  403: failure('Origin not allowed'),
  404: failure('No such conversation, or it is forgotten'),
  413: failure('Body over 64 KiB'),
  415: failure('Body is not JSON'),
  429: failure('Too many questions from this client'),
  503: failure('Busy, or not ready'),
} as const

const postAsk = createRoute({
  method: 'post',
  path: '/ask',
  summary: 'Ask a question',
  request: { body: { required: true, content: { 'application/json': { schema: askBody } } } },
  responses,
})

const getAsk = createRoute({
  method: 'get',
  path: '/ask',
  summary: 'Ask a question, for a browser or curl',
  request: { query: askQuery },
  responses,
})

/** What a client is told to wait when the server is busy, in seconds: a full queue's time. */
const BUSY_SECONDS = 2

/** `POST /ask` and `GET /ask`. */
export function addAskRoutes(app: OpenAPIHono, service: () => Service | null): void {
  const ask = async (c: Context, asked: AskBody): Promise<AnswerJson> => {
    const ready = service()
    if (!ready) throw unavailable('The index and the models are still being loaded.', 1)
    const started = performance.now()
    const reply = await findReply(asked, ready, signalOf(c))
    const timings = { ...reply.answer.timings, total: performance.now() - started }
    c.header('Server-Timing', serverTiming(timings))
    return answerToJson(reply.answer, { ...reply, explain: asked.explain })
  }

  app.openapi(postAsk, async (c) => c.json(await ask(c, c.req.valid('json')), 200))
  app.openapi(getAsk, async (c) => c.json(await ask(c, c.req.valid('query')), 200))
}

/** As the Server-Timing header has it; in ms. */
function serverTiming(timings: Readonly<Record<string, number>>): string {
  return Object.entries(timings)
    .map(([stage, ms]) => `${stage};dur=${ms.toFixed(1)}`)
    .join(', ')
}

/** Aborted when the client is gone. The request's own signal does not outlive the copies that are made of it. */
function signalOf(c: Context<{ Bindings: HttpBindings }>): AbortSignal {
  const gone = new AbortController()
  const { outgoing } = c.env
  outgoing.once('close', () => outgoing.writableFinished || gone.abort())
  return gone.signal
}

async function findReply(
  asked: AskBody,
  { index, questions }: Service,
  signal: AbortSignal,
): Promise<Reply> {
  const { question, maxQuotes, documents = null, conversationId = null } = asked
  if (documents) await index.use((store) => checkDocuments(documents, store))
  const said = { question, maxQuotes, documentIds: documents, conversationId }
  try {
    return await questions.ask(said, { signal })
  } catch (error) {
    throw error instanceof FootnoteError ? toProblem(error) : error
  }
}

function toProblem(error: FootnoteError): Error {
  switch (error.code) {
    case 'conversation-unknown':
      return problemError(404, error.message)
    case 'questions-waiting':
    case 'question-late':
      return unavailable(`${error.message} Ask again in a moment.`, BUSY_SECONDS)
    case 'question-abandoned':
      return unavailable(error.message, BUSY_SECONDS)
    default:
      return error
  }
}

async function checkDocuments(ids: readonly string[], store: Store): Promise<void> {
  const known = new Set((await store.documents()).map(({ id }) => id))
  const errors = ids.flatMap((id, i) =>
    known.has(id) ? [] : [{ path: `documents.${i}`, message: 'there is no such document' }],
  )
  if (errors.length > 0) throw problemError(400, NOT_VALID, { errors })
}
