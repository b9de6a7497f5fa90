import { createRoute, type OpenAPIHono, type RouteConfig, z } from '@hono/zod-openapi'
import {
  MAX_DRAFT_KIB,
  MAX_DRAFT,
  verifiedSentence,
  verifyBody,
} from '../verification/verify-schema.ts'
import { limitBodyTo, requireJson } from './json-body.ts'
import { clientSignal } from './node.ts'
import { ACCESS_FAILURES, failure, failureOrPage, SERVICE_FAILURES } from './problem.ts'
import { requireDocuments } from './require-documents.ts'
import { createRouter, type FindService, ready, type ServiceEnv } from './router.ts'
import { formPage, isForm, MAX_FORM_KIB, verifiedFormPage } from './verify-pages.ts'

const getVerify = createRoute({
  method: 'get',
  path: '/',
  summary: 'The page on which people verify a draft',
  responses: {
    200: { description: 'The page', content: { 'text/html': { schema: z.string() } } },
    ...ACCESS_FAILURES,
    401: failureOrPage('No valid API key'),
    429: failureOrPage('Too many requests from this key or address'),
  },
})

const postVerify = createRoute({
  method: 'post',
  path: '/',
  summary: 'Find out which sentences and quotations of a draft the documents have',
  description: `JSON has at most ${MAX_DRAFT_KIB} KiB, and gives JSON. A form has at most ${MAX_FORM_KIB} KiB, and gives the page with the draft marked; all failures are this page, too.`,
  request: { body: { required: true, content: { 'application/json': { schema: verifyBody } } } },
  responses: {
    200: {
      description: 'What was found of each sentence, in the order of the text',
      content: {
        'application/json': { schema: z.array(verifiedSentence) },
        'text/html': { schema: z.string() },
      },
    },
    ...SERVICE_FAILURES,
    400: failureOrPage('Not valid'),
    401: failureOrPage('No valid API key'),
    404: failure('A document or a collection does not exist'),
    413: failureOrPage('The body is too large'),
    415: failure('The body is neither JSON nor a form'),
    429: failureOrPage('Too many requests from this key or address; see Retry-After'),
    500: failureOrPage('Something went wrong here; the log has it under the id of the request'),
    503: failureOrPage('Busy, not ready yet, or broken for now; see Retry-After'),
  },
})

/** What the form of the page sends, only for the description: `verify-pages.ts` reads it, and explains errors on the page. */
const draftForm = z.object({
  text: z.string().min(1).max(MAX_DRAFT),
  similar: z.literal('on').optional().openapi({ description: 'Looks for similar sentences' }),
})

/** `POST /verify` for the description of the API, with the form that it takes too. */
const describedPost: RouteConfig = {
  ...postVerify,
  request: {
    body: {
      required: true,
      content: {
        ...postVerify.request.body.content,
        'application/x-www-form-urlencoded': { schema: draftForm },
      },
    },
  },
}

/** `GET /verify` and `POST /verify`. */
export function verifyRoutes(findService: FindService): OpenAPIHono<ServiceEnv> {
  const router = createRouter<ServiceEnv>()
  router.openAPIRegistry.registerPath(describedPost)
  router.openapi(getVerify, (c) => c.html(formPage(), 200))
  router.use(ready(findService))
  router.post('/', (c, next) => (isForm(c) ? verifiedFormPage(c) : next()))
  router.post('/', limitBodyTo(MAX_DRAFT_KIB), requireJson)
  router.openapi({ ...postVerify, hide: true }, async (c) => {
    const { text, threshold, ...named } = c.req.valid('json')
    const { service } = c.var
    const documentIds = await requireDocuments(named, service)
    const draft = { text, documentIds, threshold }
    return c.json(await service.verify(draft, { signal: clientSignal(c) }), 200)
  })
  return router
}
