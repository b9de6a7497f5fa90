import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { StoredDocument } from '../../index/storage/storage.ts'
import { problemError, unavailable } from './problem.ts'
import { documentPage, documentParams, documentSummary, failure, rangeQuery } from './schemas.ts'
import type { Service } from '../service.ts'

const failures = {
  401: failure('No valid API key'),
  403: failure('Origin not allowed'),
  404: failure('No such document'),
  503: failure('Not ready'),
} as const

const listDocuments = createRoute({
  method: 'get',
  path: '/documents',
  summary: 'The documents that answers come from',
  responses: {
    200: {
      description: 'All documents, by id',
      content: { 'application/json': { schema: z.array(documentSummary) } },
    },
    401: failures[401],
    403: failures[403],
    503: failures[503],
  },
})

const showDocument = createRoute({
  method: 'get',
  path: '/documents/{id}',
  summary: 'A document, with the quote that start and end ask for',
  request: { params: documentParams, query: rangeQuery },
  responses: {
    200: {
      description:
        'The document: as JSON where that is accepted, else as a page for people, which shows the whole of it for any range',
      content: {
        'application/json': { schema: documentPage },
        'text/html': { schema: z.string() },
      },
    },
    400: failure('The range is not in the document'),
    ...failures,
  },
})

const documentText = createRoute({
  method: 'get',
  path: '/documents/{id}/text',
  summary: 'The text that offsets refer to',
  request: { params: documentParams },
  responses: {
    200: {
      description: 'The text of the document',
      content: { 'text/plain': { schema: z.string() } },
    },
    ...failures,
  },
})

/** `/documents`, `/documents/{id}` and `/documents/{id}/text`. */
export function addDocumentRoutes(app: OpenAPIHono, service: () => Service | null): void {
  const ready = () => {
    const loaded = service()
    if (!loaded) throw unavailable('The index is still being loaded.', 1)
    return loaded.index
  }
  const find = async (id: string): Promise<StoredDocument> => {
    const document = await ready().use((store) => store.document(id))
    if (!document) throw problemError(404, 'There is no document with this id.')
    return document
  }

  app.openapi(listDocuments, async (c) => {
    const documents = await ready().use((store) => store.documents())
    return c.json(
      documents.map(({ id, title, author, date, characters, paragraphs }) => {
        return { id, title, author, date, characters, paragraphs }
      }),
      200,
    )
  })

  app.openapi(showDocument, async (c) => {
    const document = await find(c.req.valid('param').id)
    const { start, end } = c.req.valid('query')
    if (start === undefined || end === undefined) return c.json({ ...document, quote: null }, 200)
    if (end > document.characters) {
      throw problemError(400, `The document ends at ${document.characters}.`)
    }
    const quote = { start, end, text: document.text.slice(start, end) }
    return c.json({ ...document, quote }, 200)
  })

  app.openapi(documentText, async (c) => {
    const { text } = await find(c.req.valid('param').id)
    return c.text(text, 200, { 'Content-Type': 'text/plain; charset=utf-8' })
  })
}
