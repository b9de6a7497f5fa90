import { createRequire } from 'node:module'
import path from 'node:path'
import { serveStatic } from '@hono/node-server/serve-static'
import type { OpenAPIHono } from '@hono/zod-openapi'
import { Hono } from 'hono'
import type { Right } from '../access/caller.ts'
import { VERSION } from '../version.ts'
import { mayUse } from './access.ts'

const DESCRIPTION = {
  openapi: '3.1.0',
  info: {
    title: 'Footnote',
    version: VERSION,
    description:
      'Answers questions only in quotations, each with an exact citation. Every error is a problem (RFC 9457); below /v1 it has the shape of OpenAI instead. An unknown address gives 404, and a method that an address does not support gives 405. Beside what is described here, /mcp speaks the Model Context Protocol: POST its messages. /desk/api/uploads takes files by the tus protocol.',
    license: { name: 'MIT', identifier: 'MIT' },
  },
}

const ASSETS = ['swagger-ui.css', 'swagger-ui-bundle.js']
const swaggerUi = path.dirname(
  createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'),
)

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Footnote: the API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<div id="api"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`

const START = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#api', validatorUrl: null, deepLinking: true })\n`

/**
 * `/openapi.json`, generated from the schemas that validate the requests of `api`; and `/docs`, a page on which to try the
 * API. The page loads nothing from other servers. `publicRights` says what people may do without a key.
 */
export function descriptionRoutes(
  api: OpenAPIHono,
  publicRights: () => Promise<ReadonlySet<Right>>,
): Hono {
  const router = new Hono()
  const key = api.openAPIRegistry.registerComponent('securitySchemes', 'apiKey', {
    type: 'http',
    scheme: 'bearer',
  })
  router.get('/openapi.json', async (c) => {
    const rights = await publicRights()
    const { paths = {}, ...description } = api.getOpenAPI31Document(DESCRIPTION)
    const described = Object.entries(paths).map(([route, operations]) => {
      const security = mayUse(route, rights) ? [] : [{ [key.name]: [] }]
      const secured = Object.entries(operations).map(([method, operation]) => {
        return [method, { ...operation, security }]
      })
      return [route, Object.fromEntries(secured)]
    })
    return c.json({ ...description, paths: Object.fromEntries(described) })
  })
  router.get('/docs', (c) => c.html(PAGE))
  router.get('/docs/start.js', (c) => c.body(START, 200, { 'Content-Type': 'text/javascript' }))
  for (const asset of ASSETS) {
    router.get(`/docs/${asset}`, serveStatic({ path: path.join(swaggerUi, asset) }))
  }
  return router
}
