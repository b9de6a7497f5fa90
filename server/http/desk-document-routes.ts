import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { EXTENSIONS } from '../../index/documents/extractors/formats.ts'
import { largestFor } from '../desk/check-upload.ts'
import { BODY_FAILURES, limitBody, requireJson } from './json-body.ts'
import { failure, SERVICE_FAILURES } from './problem.ts'
import { createServiceRouter, type FindService, type ServiceEnv } from './router.ts'

/** How many documents a page of the list has. */
const PAGE_SIZE = 50

const MAX_NAME_LENGTH = 200

const state = z.enum(['read', 'waiting', 'refused'])

const deskDocument = z
  .object({
    id: z.string().openapi({ description: 'The id of the file at the desk' }),
    documentId: z.string().nullable().openapi({
      description: 'The document that answers come from; null where there is none yet',
    }),
    file: z.string().openapi({ description: 'Relative to the documents folder' }),
    title: z.string().nullable(),
    format: z.string(),
    pages: z.int().nullable(),
    characters: z.int().nullable(),
    collection: z.string().nullable(),
    size: z.int().nullable().openapi({ description: 'In bytes; null where the file is gone' }),
    changedAt: z.iso.datetime().nullable(),
    state: state.openapi({
      description:
        'read: the index has the file as it is now; waiting: it does not have it yet; refused: it cannot take it',
    }),
    change: z.enum(['new', 'changed', 'removed']).nullable().openapi({
      description: 'What a waiting file waits for; null for all others',
    }),
    problem: z.string().nullable().openapi({
      description:
        'Why a file is refused and what to do, as the end of a sentence about the file; its document, if it has one, is served as it was before',
    }),
  })
  .openapi('DeskDocument')

const count = z.int().min(0)

const documentList = z
  .object({
    items: z.array(deskDocument).openapi({ description: `At most ${PAGE_SIZE}` }),
    total: count.openapi({ description: 'How many there are on all pages' }),
    page: z.int().min(1),
    pages: z.int().min(1),
    counts: z.object({ read: count, waiting: count, refused: count }).openapi({
      description: 'How many there are in each state, whichever state is looked for',
    }),
    changes: z
      .object({
        arePossible: z.boolean(),
        reason: z.string().nullable().openapi({ description: 'Why not; null where they are' }),
        takeEffect: z.enum(['soon', 'next-build']),
      })
      .openapi({ description: 'Whether documents can be changed here' }),
    endings: z.record(z.string(), z.int()).openapi({
      description: 'The endings of files that are read, and the size of the largest, in bytes',
    }),
  })
  .openapi('DeskDocumentList')

const query = z.strictObject({
  search: z.string().max(MAX_NAME_LENGTH).default(''),
  state: state.optional(),
  collection: z.string().max(MAX_NAME_LENGTH).optional(),
  page: z.coerce.number().int().min(1).max(1_000_000).default(1),
})

const params = z.object({ id: z.string().min(1).max(64) })

const listDocuments = createRoute({
  method: 'get',
  path: '/documents',
  summary: 'The files of the documents folder, and what the index has of them',
  request: { query },
  responses: {
    200: {
      description: 'A page of them, by file',
      content: { 'application/json': { schema: documentList } },
    },
    400: failure('Not valid'),
    ...SERVICE_FAILURES,
  },
})

const CHANGE_FAILURES = {
  ...SERVICE_FAILURES,
  400: failure('Not valid'),
  403: failure('Not your collection, or pages of this origin may not ask here'),
  404: failure('No such document, or its file is gone'),
  409: failure('Documents cannot be changed here, or not this one; the detail says why'),
  507: failure('The disk is full'),
} as const

const moveDocument = createRoute({
  method: 'post',
  path: '/documents/{id}/collection',
  summary: 'Moves a document to a collection',
  description:
    'The collection is named in the YAML file beside the document, so its id and all citations stay valid. null: the collection that the document names itself, or the first folder of its path.',
  request: {
    params,
    body: {
      required: true,
      content: {
        'application/json': {
          schema: z
            .strictObject({ collection: z.string().trim().min(1).max(MAX_NAME_LENGTH).nullable() })
            .openapi('DocumentCollection'),
        },
      },
    },
  },
  responses: { 204: { description: 'It is moved' }, ...CHANGE_FAILURES, ...BODY_FAILURES },
})

const removeDocument = createRoute({
  method: 'delete',
  path: '/documents/{id}',
  summary: 'Removes a document: its file, and the YAML file beside it',
  request: { params },
  responses: { 204: { description: 'It is removed' }, ...CHANGE_FAILURES },
})

const listCollections = createRoute({
  method: 'get',
  path: '/collections',
  summary: 'The collections of documents',
  responses: {
    200: {
      description: 'All that you may change, by name',
      content: {
        'application/json': {
          schema: z
            .object({ collections: z.array(z.object({ name: z.string(), documents: count })) })
            .openapi('DeskCollections'),
        },
      },
    },
    ...SERVICE_FAILURES,
  },
})

/** `/desk/api/documents` and `/desk/api/collections`. Files come by `/desk/api/uploads`. */
export function deskDocumentRoutes(findService: FindService): OpenAPIHono<ServiceEnv> {
  const router = createServiceRouter(findService)
  router.post('/documents/:id/collection', limitBody, requireJson)
  const endings = Object.fromEntries(EXTENSIONS.map((ending) => [ending, largestFor(`a${ending}`)]))

  router.openapi(listDocuments, async (c) => {
    const { documents, folder } = c.var.service.desk
    const { search, state: wanted = null, collection = null, page } = c.req.valid('query')
    const found = await documents.find(c.var.caller, { search, state: wanted, collection })
    const { length: total } = found.documents
    const rows = found.documents.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE)
    return c.json(
      {
        items: rows.map(({ changedAtMs, ...row }) =>
          Object.assign(row, {
            changedAt: changedAtMs === null ? null : new Date(changedAtMs).toISOString(),
          }),
        ),
        total,
        page,
        pages: Math.max(1, Math.ceil(total / PAGE_SIZE)),
        counts: found.counts,
        changes: await folder.changes(),
        endings,
      },
      200,
    )
  })

  router.openapi(moveDocument, async (c) => {
    const { id } = c.req.valid('param')
    await c.var.service.desk.folder.move(c.var.caller, id, c.req.valid('json').collection)
    return c.body(null, 204)
  })

  router.openapi(removeDocument, async (c) => {
    await c.var.service.desk.folder.remove(c.var.caller, c.req.valid('param').id)
    return c.body(null, 204)
  })

  router.openapi(listCollections, async (c) => {
    const collections = await c.var.service.desk.documents.collections(c.var.caller)
    return c.json({ collections }, 200)
  })

  return router
}
