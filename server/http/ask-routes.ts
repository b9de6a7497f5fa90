import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { setMetric } from 'hono/timing'
import type { Store } from '../../index/store/store.ts'
import { type Answer, answerQuestion } from '../answer/answer.ts'
import { type AnswerJson, answerToJson } from './answer-json.ts'
import { NOT_VALID, problemError, unavailable } from './problem.ts'
import { answer, askBody, type AskBody, askQuery, failure } from './schemas.ts'
import type { Service } from './service.ts'

const responses = {
  200: {
    description: 'The answer; also where the documents do not answer',
    content: { 'application/json': { schema: answer } },
  },
  400: failure('Not valid'),
  401: failure('No valid API key'),
  403: failure('Origin not allowed'),
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

/** What a client is told to wait when the server is busy, in seconds: half of a full queue's time. */
const BUSY_SECONDS = 5

export interface AskOptions {
  /** Null until everything is loaded. */
  readonly service: () => Service | null
  /** Questions that may wait and run at once; more are told to come back. */
  readonly maxWaiting: number
}

/** `POST /ask` and `GET /ask`. */
export function addAskRoutes(app: OpenAPIHono, { service, maxWaiting }: AskOptions): void {
  let waiting = 0

  const ask = async (c: Context, asked: AskBody): Promise<AnswerJson> => {
    const ready = service()
    if (!ready) throw unavailable('The index and the models are still being loaded.', 1)
    if (waiting >= maxWaiting) {
      throw unavailable('Too many questions are waiting. Ask again in a moment.', BUSY_SECONDS)
    }
    waiting += 1
    try {
      const answered = await findAnswer(asked, ready)
      for (const [stage, ms] of Object.entries(answered.timings)) setMetric(c, stage, ms)
      return answerToJson(answered, asked)
    } finally {
      waiting -= 1
    }
  }

  app.openapi(postAsk, async (c) => c.json(await ask(c, c.req.valid('json')), 200))
  app.openapi(getAsk, async (c) => c.json(await ask(c, c.req.valid('query')), 200))
}

async function findAnswer(asked: AskBody, service: Service): Promise<Answer> {
  const { index, inference, minConfidence } = service
  return index.use(async (store) => {
    await checkDocuments(asked.documents ?? [], store)
    const { question, maxQuotes, documents: documentIds = null } = asked
    return answerQuestion({ question, maxQuotes, documentIds }, { store, inference, minConfidence })
  })
}

async function checkDocuments(ids: readonly string[], store: Store): Promise<void> {
  if (ids.length === 0) return
  const known = new Set((await store.documents()).map(({ id }) => id))
  const errors = ids.flatMap((id, i) =>
    known.has(id) ? [] : [{ path: `documents.${i}`, message: 'there is no such document' }],
  )
  if (errors.length > 0) throw problemError(400, NOT_VALID, { errors })
}
