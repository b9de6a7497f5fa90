import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { Log } from '../log.ts'
import type { AnswerTus } from '../desk/tus.ts'
import type { Uploads } from '../desk/uploads.ts'
import { methodRefused, problemResponse } from './problem.ts'
import { createServiceRouter, type FindService, type ServiceEnv } from './router.ts'

/** Where the routes of uploads are. */
export const UPLOADS_PATH = '/desk/api/uploads'

/** What the protocol needs of a request. Headers of proxies are not its own to judge. */
const REQUEST_HEADERS = [
  'Content-Length',
  'Content-Type',
  'Tus-Resumable',
  'Upload-Length',
  'Upload-Metadata',
  'Upload-Offset',
]

const METHODS = ['DELETE', 'HEAD', 'OPTIONS', 'PATCH', 'POST']

/** How long a client waits until it tries again, in seconds. */
const RETRY_SECONDS = '5'

/**
 * `/desk/api/uploads`: files for the documents folder, by the tus protocol (https://tus.io), so that an upload goes on after whatever cut it
 * off. A request has 30 s: clients send pieces of a few megabytes.
 */
export function deskUploadRoutes(findService: FindService, log: Log): OpenAPIHono<ServiceEnv> {
  const router = createServiceRouter(findService)
  const answering = new WeakMap<Uploads, Promise<AnswerTus>>()
  const answer = async (c: Context<ServiceEnv>) => {
    const { method, body, url } = c.req.raw
    if (!METHODS.includes(method)) return methodRefused(c, METHODS)
    const { uploads } = c.var.service.desk
    // Hundreds may ask again and again: that must cost little.
    if (method === 'POST') uploads.requireTurn(c.var.caller)
    const tus = answering.get(uploads) ?? startTus(uploads, log)
    answering.set(uploads, tus)
    const headers = REQUEST_HEADERS.flatMap((name) => {
      const value = c.req.header(name)
      return value === undefined ? [] : [[name, value] as [string, string]]
    })
    const hasBody = method === 'POST' || method === 'PATCH'
    const request = new Request(url, {
      method,
      headers,
      ...(hasBody && { body, duplex: 'half' as const }),
    })
    return asProblem(await (await tus)(request, c.var.caller))
  }
  router.all('/', answer)
  router.all('/:id', answer)
  return router
}

/** Imported at the first upload: few servers get one. */
async function startTus(uploads: Uploads, log: Log): Promise<AnswerTus> {
  const { tusServer } = await import('../desk/tus.ts')
  return tusServer(UPLOADS_PATH, uploads, log)
}

/** Gives an error of the protocol the shape that all errors have. */
async function asProblem(response: Response): Promise<Response> {
  response.headers.delete('Access-Control-Expose-Headers')
  if (response.status < 400) return response
  const headers = {
    'Tus-Resumable': response.headers.get('Tus-Resumable') ?? '1.0.0',
    ...(response.status === 503 && { 'Retry-After': RETRY_SECONDS }),
  }
  return problemResponse(response.status, (await response.text()).trim(), { headers })
}
