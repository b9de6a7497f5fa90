import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { FootnoteError } from '../../index/errors.ts'
import { pageDrawing, pictureOf } from '../pages/page-picture.ts'
import {
  offsetParameter,
  params,
  signatureParameters,
  signatureQuery,
} from './document-parameters.ts'
import { failure, SERVICE_FAILURES } from './problem.ts'
import { createServiceRouter, type FindService, type ServiceEnv } from './router.ts'

const documentFile = createRoute({
  method: 'get',
  path: '/{id}/file',
  summary: 'The file of a document',
  description: 'A PDF is shown by the browser; any other file is a download.',
  request: { params, query: signatureQuery },
  responses: {
    200: {
      description: 'The file as it was indexed',
      content: {
        'application/pdf': { schema: z.string().openapi({ format: 'binary' }) },
        'application/octet-stream': { schema: z.string().openapi({ format: 'binary' }) },
      },
    },
    400: failure('Not valid'),
    404: failure('No such document, or its file has changed since it was read'),
    ...SERVICE_FAILURES,
  },
})

const pageQuery = z
  .strictObject({
    start: offsetParameter.optional(),
    end: offsetParameter.optional(),
    ...signatureParameters,
  })
  .refine(({ start, end }) => (start === undefined) === (end === undefined), {
    path: ['end'],
    message: 'start and end go together',
  })

const documentPagePicture = createRoute({
  method: 'get',
  path: '/{id}/pages/{number}',
  summary: 'A page of a PDF as a picture',
  description: 'A PNG; with start and end an SVG, in which the text between them is marked.',
  request: { params: params.extend({ number: offsetParameter }), query: pageQuery },
  responses: {
    200: {
      description: 'The page',
      content: {
        'image/png': { schema: z.string().openapi({ format: 'binary' }) },
        'image/svg+xml': { schema: z.string() },
      },
    },
    400: failure('Not valid'),
    404: failure('No such page, or the file of the document has changed since it was read'),
    ...SERVICE_FAILURES,
  },
})

/** `/documents/{id}/file`, and `/documents/{id}/pages/{number}`. */
export function originalRoutes(findService: FindService): OpenAPIHono<ServiceEnv> {
  const router = createServiceRouter(findService)
  router.openapi(documentFile, async (c) => {
    const { bytes, name, format } = await c.var.service.originals.file(c.req.valid('param').id)
    const [type, shown] =
      format === 'pdf' ? ['application/pdf', 'inline'] : ['application/octet-stream', 'attachment']
    return c.body(new Uint8Array(bytes), 200, {
      'Content-Type': type,
      'Content-Disposition': `${shown}; filename*=UTF-8''${encodeURIComponent(name)}`,
    })
  })

  router.openapi(documentPagePicture, async (c) => {
    const { id, number } = c.req.valid('param')
    const { start, end } = c.req.valid('query')
    const { service } = c.var
    const png = await service.originals.picture(id, number)
    if (start === undefined || end === undefined) {
      return c.body(new Uint8Array(png), 200, { 'Content-Type': 'image/png' })
    }
    const document = await service.documentWithOutline(id)
    const place = await service.pagePlace(id, { start, end })
    const picture = pictureOf(document, number, { start, end }, place)
    if (!picture) throw new FootnoteError('page-unknown', 'There is no picture of such a page.')
    const svg = String(await pageDrawing(picture, png))
    return c.body(svg, 200, { 'Content-Type': 'image/svg+xml; charset=utf-8' })
  })

  return router
}
