import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { verifiedSentence, verifyBody } from '../verification/verify-schema.ts'
import { BODY_FAILURES, limitBodyTo, requireJson } from './json-body.ts'
import { clientSignal } from './node.ts'
import { failure, SERVICE_FAILURES } from './problem.ts'
import { requireDocuments } from './require-documents.ts'
import { createServiceRouter, type FindService, type ServiceEnv } from './router.ts'

/** A draft of the greatest length has 235 KiB where every character is a pair that is escaped in JSON. */
const MAX_KIB = 256

const postVerify = createRoute({
  method: 'post',
  path: '/',
  summary: 'Find out which sentences and quotations of a draft stand in the documents',
  description: `The body has at most ${MAX_KIB} KiB.`,
  request: { body: { required: true, content: { 'application/json': { schema: verifyBody } } } },
  responses: {
    200: {
      description: 'What was found of each sentence, in the order of the text',
      content: { 'application/json': { schema: z.array(verifiedSentence) } },
    },
    400: failure('Not valid'),
    404: failure('A document or a collection does not exist'),
    ...SERVICE_FAILURES,
    ...BODY_FAILURES,
  },
})

/** `POST /verify`. */
export function verifyRoutes(findService: FindService): OpenAPIHono<ServiceEnv> {
  const router = createServiceRouter(findService)
  router.post('/', limitBodyTo(MAX_KIB), requireJson)
  router.openapi(postVerify, async (c) => {
    const { text, threshold, ...named } = c.req.valid('json')
    const { service } = c.var
    const documentIds = await requireDocuments(named, service)
    const draft = { text, documentIds, threshold }
    return c.json(await service.verify(draft, { signal: clientSignal(c) }), 200)
  })
  return router
}
