import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context, MiddlewareHandler } from 'hono'
import { accepts } from 'hono/accepts'
import { compress } from 'hono/compress'
import { clientResponse, type ErrorCode, FootnoteError } from '../../index/errors.ts'
import type { Span } from '../../index/span.ts'
import { linkQuery } from '../access/signed-links.ts'
import type { Service } from '../service.ts'
import { details, offset } from '../answer/answer-schema.ts'
import { documentPage } from '../pages/document-page.ts'
import { pictureOf } from '../pages/page-picture.ts'
import { messagePage, type Html } from '../pages/page.ts'
import {
  offsetParameter,
  params,
  signatureParameters,
  signatureQuery,
} from './document-parameters.ts'
import { contentPolicy } from './headers.ts'
import { linkSignature } from './identify.ts'
import { setHeaders } from './node.ts'
import { failure, failureOrPage, problemError, SERVICE_FAILURES } from './problem.ts'
import { createRouter, type FindService, notValid, ready, type ServiceEnv } from './router.ts'

const facts = {
  id: z.string(),
  ...details,
  characters: z.int().min(0).openapi({ description: 'UTF-16 code units of the text' }),
  paragraphs: z.int().min(0),
  pages: z.int().min(1).nullable().openapi({ description: 'Null where the format has none' }),
  format: z.string().openapi({ example: 'markdown' }),
  collection: z.string().nullable().openapi({
    description: 'The collection that it names, or else the first folder of its path',
  }),
}

/** A document in the list of all. */
export const documentSummary = z
  .object({
    ...facts,
    problem: z.string().nullable().openapi({
      description:
        'Why its file cannot be read now, so that it is served as it was before; null where nothing is wrong',
    }),
  })
  .openapi('DocumentSummary')

const documentWithText = z
  .object({
    ...facts,
    publisher: z.string().nullable(),
    source: z.string().nullable(),
    text: z.string(),
    quote: z
      .object({ start: offset, end: offset, text: z.string() })
      .nullable()
      .openapi({ description: 'The text from start to end; null without them' }),
  })
  .openapi('Document')

const rangeQuery = z
  .strictObject({
    start: offsetParameter.optional(),
    end: offsetParameter.optional(),
    highlightStart: offsetParameter.optional(),
    highlightEnd: offsetParameter.optional(),
    page: offsetParameter.optional().openapi({ description: 'The page to show as a picture' }),
    ...signatureParameters,
  })
  .refine(({ start, end }) => (start === undefined) === (end === undefined), {
    path: ['end'],
    message: 'start and end go together',
  })
  .refine(({ start = 0, end = 1 }) => start < end, {
    path: ['end'],
    message: 'must be greater than start',
  })
  .refine((query) => (query.highlightStart === undefined) === (query.highlightEnd === undefined), {
    path: ['highlightEnd'],
    message: 'highlightStart and highlightEnd go together',
  })
  .refine(
    ({ start, end, highlightStart: from, highlightEnd: to }) => {
      if (from === undefined || to === undefined) return true
      if (start === undefined || end === undefined) return false
      return start <= from && from < to && to <= end
    },
    {
      path: ['highlightStart'],
      message: 'the words from highlightStart to highlightEnd must be inside the quote',
    },
  )

/** A quote to mark on a page, and the words in it that answer. */
interface MarkedRange extends Span {
  readonly highlight: Span | null
}

const listDocuments = createRoute({
  method: 'get',
  path: '/',
  summary: 'The documents that answers come from',
  responses: {
    200: {
      description: 'All documents, by id',
      content: { 'application/json': { schema: z.array(documentSummary) } },
    },
    ...SERVICE_FAILURES,
  },
})

const showDocument = createRoute({
  method: 'get',
  path: '/{id}',
  summary: 'A document, with the quote from start to end',
  description:
    'JSON if the client accepts it, otherwise a page for people. start and end go together, with start below end and end at most the characters of the document. highlightStart and highlightEnd, inside that range, mark the words that answer on the page. Other parameters are not valid.',
  request: { params, query: rangeQuery },
  responses: {
    200: {
      description: 'The document, and the quote in it where start and end are given',
      content: {
        'application/json': { schema: documentWithText },
        'text/html': { schema: z.string() },
      },
    },
    ...SERVICE_FAILURES,
    400: failureOrPage('The range is not in the document; a page shows the whole document then'),
    404: failureOrPage('No such document'),
    503: failureOrPage('Not ready yet, or broken for now; Retry-After says when to try again'),
  },
})

const documentText = createRoute({
  method: 'get',
  path: '/{id}/text',
  summary: 'The text that offsets refer to',
  request: { params, query: signatureQuery },
  responses: {
    200: {
      description: 'The text of the document',
      content: { 'text/plain': { schema: z.string() } },
    },
    400: failure('Not valid'),
    404: failure('No such document'),
    ...SERVICE_FAILURES,
  },
})

export interface DocumentOptions {
  readonly findService: FindService
  /** Origins whose pages may show a document's page in a frame, in addition to this server's own. */
  readonly allowedOrigins: readonly string[]
}

/** `/documents`, `/documents/{id}` as JSON and as a page, and `/documents/{id}/text`. */
export function documentRoutes(options: DocumentOptions): OpenAPIHono<ServiceEnv> {
  const { findService, allowedOrigins } = options
  const router = createRouter<ServiceEnv>()
  // The widget opens the document of a citation in a frame beside the answer.
  const framed = contentPolicy({ frameAncestors: ["'self'", ...allowedOrigins] })
  router.use('/:id', compress(), errorPages, (c, next) => {
    setHeaders(c, framed)
    return next()
  })
  router.use(ready(findService))

  router.openapi(listDocuments, async (c) => {
    const documents = await c.var.service.documents()
    return c.json(z.array(documentSummary).parse(documents), 200)
  })

  router.openapi(
    showDocument,
    async (c) => {
      const { id } = c.req.valid('param')
      const query = c.req.valid('query')
      const range = rangeOf(query)
      if (formatOf(c) !== 'json') return pageOf(c, id, range, query.page)
      const document = await c.var.service.document(id)
      if (range === null) return c.json(documentWithText.parse({ ...document, quote: null }), 200)
      const { start, end } = range
      if (end > document.characters) throw rangeBeyondEnd(document.characters)
      const quote = { start, end, text: document.text.slice(start, end) }
      return c.json(documentWithText.parse({ ...document, quote }), 200)
    },
    (result, c) => {
      if (result.success) return undefined
      const isPage = formatOf(c) === 'page' && result.target === 'query'
      return isPage ? pageOf(c, c.req.param('id'), 'invalid') : notValid(result.error)
    },
  )

  router.openapi(documentText, async (c) => {
    const { text } = await c.var.service.document(c.req.valid('param').id)
    return c.text(text, 200, { 'Content-Type': 'text/plain; charset=utf-8' })
  })

  return router
}

/**
 * The format in which a client gets a document: `page` or `json` if it asks for one of them, and `either` if it accepts
 * any type. `either` gets a page, or for an error a problem instead of an error page.
 */
function formatOf(c: Context): 'page' | 'json' | 'either' {
  const supports = ['text/html', 'application/json']
  const accepted = accepts(c, { header: 'Accept', supports, default: 'either' })
  if (accepted === 'text/html') return 'page'
  return accepted === 'application/json' ? 'json' : 'either'
}

function rangeOf(query: z.output<typeof rangeQuery>): MarkedRange | null {
  const { start, end, highlightStart, highlightEnd } = query
  if (start === undefined || end === undefined) return null
  const isMarked = highlightStart !== undefined && highlightEnd !== undefined
  return {
    start,
    end,
    highlight: isMarked ? { start: highlightStart, end: highlightEnd } : null,
  }
}

/** The page of a document. With an invalid range, the page has a notice and status 400. */
async function pageOf(
  c: Context<ServiceEnv>,
  id: string,
  range: MarkedRange | 'invalid' | null,
  pageNumber?: number,
): Promise<Response> {
  const { service } = c.var
  const found = await service.documentWithOutline(id)
  const { document, outline } = found
  const { characters } = document
  const link = linkSignature(c)
  const signature = link ? linkQuery(link) : ''
  const quote = range === 'invalid' ? null : range
  const place = quote && (await service.pagePlace(id, quote))
  const shown = pictureOf(found, pageNumber ?? place?.page.first ?? 1, quote, place)
  const picture = shown && (await isFileThere(service, id)) ? shown : null
  if (range !== 'invalid' && (range?.end ?? 0) <= characters) {
    return c.html(
      documentPage({
        document,
        outline,
        picture,
        quote: range,
        words: range?.highlight ?? null,
        notice: null,
        signature,
      }),
    )
  }
  if (formatOf(c) === 'either') throw rangeBeyondEnd(characters)
  const notice = `The link to this page marks no valid place: start and end must be from 0 to ${characters}, end must be after start, and a highlight must be inside them.`
  return c.html(
    documentPage({ document, outline, picture, quote: null, words: null, notice, signature }),
    400,
  )
}

/** Whether a document's file is still the one that was indexed. */
async function isFileThere({ originals }: Service, id: string): Promise<boolean> {
  return originals.file(id).then(
    () => true,
    () => false,
  )
}

function rangeBeyondEnd(characters: number): Error {
  return problemError(400, `The document ends at ${characters}.`)
}

/** The pages that people get in place of a problem. */
const ERROR_PAGES: Readonly<Partial<Record<ErrorCode, Html>>> = {
  'document-unknown': messagePage('No such document', 'There is no document at this address.'),
  'not-ready': messagePage(
    'Not ready',
    'The documents are still being read. Load this page again in a moment.',
  ),
}

/** Replaces the problem of a failed request by a page, for clients that ask for a page. */
const errorPages: MiddlewareHandler = async (c, next) => {
  await next()
  c.header('Vary', 'Accept', { append: true })
  if (!(c.error instanceof FootnoteError) || formatOf(c) !== 'page') return
  const { code } = c.error
  const page = ERROR_PAGES[code]
  const told = clientResponse(code)
  if (page && told) c.res = await c.html(page, told.status)
}
