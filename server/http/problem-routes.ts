import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { SERVICE_FAILURES } from './problem.ts'
import { createRouter, type FindService, ready, type ServiceEnv } from './router.ts'

const documentProblem = z
  .object({
    file: z.string().openapi({
      description: 'A file, or a folder, relative to the documents folder',
      example: 'reports/2020.pdf',
    }),
    problem: z.string().openapi({
      description: 'What is wrong with it and what to do, as the end of a sentence about the file',
      example: 'is not UTF-8; save it as UTF-8 text',
    }),
    documentId: z.string().nullable().openapi({
      description:
        'The document that is still served as the file was before; null where there is none',
    }),
  })
  .openapi('DocumentProblem')

const listProblems = createRoute({
  method: 'get',
  path: '/',
  summary: 'The files that the last build of the index could not read',
  description:
    'A document whose file cannot be read is served as it was before. A folder that cannot be read has no documentId: all documents below it are served as they were.',
  responses: {
    200: {
      description: 'All of them, by name; mostly none',
      content: { 'application/json': { schema: z.array(documentProblem) } },
    },
    ...SERVICE_FAILURES,
  },
})

/** `/problems`. It is not below `/documents/`, where a document may have any name. */
export function problemRoutes(findService: FindService): OpenAPIHono<ServiceEnv> {
  const router = createRouter<ServiceEnv>()
  router.use(ready(findService))
  router.openapi(listProblems, async (c) => {
    const { service } = c.var
    const problems = await service.problems()
    const ids = problems.flatMap(({ id }) => id ?? [])
    const missing = new Set(await service.missingDocuments(ids))
    return c.json(
      problems.map(({ name, id, reason }) => {
        const documentId = id === null || missing.has(id) ? null : id
        return { file: name, problem: reason, documentId }
      }),
      200,
    )
  })
  return router
}
