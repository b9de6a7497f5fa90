import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Caller } from '../access/caller.ts'
import { answer, offset } from '../answer/answer-schema.ts'
import { quoteUrl } from '../answer/quote-url.ts'
import { question } from '../conversation/ask-body.ts'
import { askPrivately } from '../questions/ask-privately.ts'
import { MIN_PROBABILITY } from '../vouched/same-question.ts'
import type { ListedAnswer, Voucher, WrongQuote } from '../vouched/vouching.ts'
import { BODY_FAILURES, limitBody, requireJson } from './json-body.ts'
import { clientSignal } from './node.ts'
import { failure, problemError, SERVICE_FAILURES } from './problem.ts'
import { createServiceRouter, type FindService, type ServiceEnv } from './router.ts'

/** As many quotes as an answer can have. */
const MAX_CHOSEN = 10

const vouchedBody = z
  .strictObject({
    question: question.openapi({ description: 'It must be understood without a conversation' }),
    quotes: z
      .array(z.strictObject({ documentId: z.string().min(1), start: offset, end: offset }))
      .min(1)
      .max(MAX_CHOSEN)
      .openapi({ description: 'What answers it, each within a paragraph; in UTF-16 code units' }),
  })
  .openapi('NewVouchedAnswer')

const vouchedAnswer = z
  .object({
    id: z.string(),
    question: z.string(),
    by: z.string(),
    at: z.iso.datetime(),
    state: z.enum(['stands', 'moved', 'stale', 'gone']).openapi({
      description:
        'Whether its quotes still stand in their documents: where they were chosen, elsewhere, no longer, or the document is gone. Only the first two are given as answers',
    }),
    quotes: z.array(
      z.object({
        documentId: z.string(),
        title: z.string().openapi({ description: 'Of its document; the id where that is gone' }),
        collection: z.string().nullable(),
        start: offset,
        end: offset,
        text: z.string().openapi({ description: 'As it was chosen' }),
        url: z.string().openapi({ description: 'Opens the document at the quote' }),
      }),
    ),
  })
  .openapi('VouchedAnswer')

const vouchedAnswers = z
  .object({
    answers: z.array(vouchedAnswer),
    threshold: z.number().openapi({
      description:
        'A question gets a vouched answer from this probability that it asks for the same',
    }),
  })
  .openapi('VouchedAnswers')

const openDocument = z
  .object({
    id: z.string(),
    title: z.string(),
    text: z.string(),
    paragraphs: z.array(z.object({ start: offset, end: offset })).openapi({
      description: 'Where quotes can be chosen, in order; headings are in none',
    }),
  })
  .openapi('OpenDocument')

const id = z.object({ id: z.string() })
const body = {
  required: true,
  content: { 'application/json': { schema: vouchedBody } },
}
const one = {
  description: 'As it is kept',
  content: { 'application/json': { schema: vouchedAnswer } },
}
const UNKNOWN = 'There is no such vouched answer'
const NO_QUOTE = 'The documents have no such quote'

const listVouched = createRoute({
  method: 'get',
  path: '/',
  summary: 'Answers that people chose, and whether they still stand in the documents',
  responses: {
    200: {
      description: 'Oldest first',
      content: { 'application/json': { schema: vouchedAnswers } },
    },
    ...SERVICE_FAILURES,
  },
})

const addVouched = createRoute({
  method: 'post',
  path: '/',
  summary: 'Choose quotes as the answer to a question',
  request: { body },
  responses: {
    201: one,
    400: failure('Not valid'),
    404: failure(NO_QUOTE),
    ...BODY_FAILURES,
    ...SERVICE_FAILURES,
  },
})

const replaceVouched = createRoute({
  method: 'put',
  path: '/{id}',
  summary: 'Change the question or the quotes of a vouched answer',
  request: { params: id, body },
  responses: {
    200: one,
    400: failure('Not valid'),
    404: failure(`${UNKNOWN}, or no such quote`),
    ...BODY_FAILURES,
    ...SERVICE_FAILURES,
  },
})

const removeVouched = createRoute({
  method: 'delete',
  path: '/{id}',
  summary: 'Remove a vouched answer',
  request: { params: id },
  responses: {
    204: { description: 'It is removed' },
    404: failure(UNKNOWN),
    ...SERVICE_FAILURES,
  },
})

const findQuotes = createRoute({
  method: 'post',
  path: '/quotes',
  summary: 'Quotes that may answer a question',
  description: 'Asks it. This does not count as a question that somebody asked.',
  request: {
    body: {
      required: true,
      content: { 'application/json': { schema: z.strictObject({ question }) } },
    },
  },
  responses: {
    200: {
      description: 'The answer, without a conversation',
      content: { 'application/json': { schema: answer.omit({ conversationId: true }) } },
    },
    400: failure('Not valid'),
    ...BODY_FAILURES,
    ...SERVICE_FAILURES,
  },
})

const showDocument = createRoute({
  method: 'get',
  path: '/documents/{id}',
  summary: 'A document, and where quotes can be chosen in it',
  request: { params: id },
  responses: {
    200: {
      description: 'Its text with its paragraphs',
      content: { 'application/json': { schema: openDocument } },
    },
    404: failure('There is no such document'),
    ...SERVICE_FAILURES,
  },
})

/**
 * `GET`, `POST`, `PUT` and `DELETE /desk/api/vouched`, and what finds the quotes for them. Whoever is limited to collections sees and changes the answers from the
 * documents of these.
 */
export function deskVouchedRoutes(findService: FindService): OpenAPIHono<ServiceEnv> {
  const router = createServiceRouter(findService)

  router.openapi(listVouched, async (c) => {
    const { service, caller } = c.var
    const listed = await service.vouching.list(voucherOf(caller))
    return c.json({ answers: listed.map(toJson), threshold: MIN_PROBABILITY }, 200)
  })

  router.post('/', limitBody, requireJson)
  router.openapi(addVouched, async (c) => {
    const { service, caller } = c.var
    const added = await service.vouching.add(c.req.valid('json'), voucherOf(caller))
    return c.json(toJson(requireRight(added)), 201)
  })

  router.post('/quotes', limitBody, requireJson)
  router.openapi(findQuotes, async (c) => {
    const asking = { service: c.var.service, signal: clientSignal(c), explain: false }
    return c.json(await askPrivately(c.req.valid('json').question, asking), 200)
  })

  router.openapi(showDocument, async (c) => {
    const { document, outline } = await c.var.service.documentWithOutline(c.req.valid('param').id)
    return c.json(openDocument.parse({ ...document, paragraphs: outline.paragraphs }), 200)
  })

  router.put('/:id', limitBody, requireJson)
  router.openapi(replaceVouched, async (c) => {
    const { service, caller } = c.var
    const { id: replaced } = c.req.valid('param')
    const changed = await service.vouching.replace(replaced, c.req.valid('json'), voucherOf(caller))
    if (!changed) throw unknownAnswer()
    return c.json(toJson(requireRight(changed)), 200)
  })

  router.openapi(removeVouched, async (c) => {
    const { service, caller } = c.var
    const isRemoved = await service.vouching.remove(c.req.valid('param').id, voucherOf(caller))
    if (!isRemoved) throw unknownAnswer()
    return c.body(null, 204)
  })

  return router
}

function voucherOf({ id: callerId, name, collections }: Caller): Voucher {
  return { name: name ?? callerId, collections }
}

function unknownAnswer() {
  return problemError(404, `${UNKNOWN}. Somebody may have removed it.`)
}

function requireRight(entered: ListedAnswer | WrongQuote): ListedAnswer {
  if (!('wrongQuote' in entered)) return entered
  const { wrongQuote, message } = entered
  throw problemError(404, `${NO_QUOTE}. Choose it again.`, {
    errors: [{ path: `quotes.${wrongQuote}`, message }],
  })
}

function toJson({ answer: vouchedFor, standing, titles }: ListedAnswer) {
  const { question: asked, quotes, by, atMs } = vouchedFor
  return {
    id: vouchedFor.id,
    question: asked,
    by,
    at: new Date(atMs).toISOString(),
    state: standing.state,
    quotes: quotes.map(({ documentId, collection, text, ...chosen }, i) => {
      const now = 'quotes' in standing ? standing.quotes[i] : undefined
      const { start, end } = now ?? chosen
      const title = titles[i] ?? documentId
      const url = quoteUrl({ documentId, start, end, highlight: null })
      return { documentId, title, collection, start, end, text, url }
    }),
  }
}
