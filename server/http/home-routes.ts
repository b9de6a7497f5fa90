import { fileURLToPath } from 'node:url'
import { serveStatic } from '@hono/node-server/serve-static'
import { Hono } from 'hono'
import { startPage } from '../pages/start-page.ts'
import type { FindService } from './router.ts'

/** The style sheets and the script of the pages, in `server/pages/`. */
const ASSETS = ['page.css', 'verify.css', 'document.js']

export interface HomeOptions {
  readonly findService: FindService
  /** The URL at which people reach the server; null: the origin of the request's URL. */
  readonly publicUrl: string | null
  /** Whether documents need a key. A browser sends no key for a page, so the page then lists no documents. */
  readonly areDocumentsHidden: boolean
}

/** `/`, and the files under `/assets/` that pages load. */
export function homeRoutes({ findService, publicUrl, areDocumentsHidden }: HomeOptions): Hono {
  const router = new Hono()
  for (const asset of ASSETS) {
    const path = fileURLToPath(new URL(`../pages/${asset}`, import.meta.url))
    router.get(`/assets/${asset}`, serveStatic({ path }))
  }
  const listDocuments = async () => {
    if (areDocumentsHidden) return { hidden: 'They are listed for those who have a key.' }
    const service = findService()
    if (!service) {
      return { hidden: 'They are still being read. Load this page again in a moment.' }
    }
    return { listed: await service.documents(), problems: await service.problems() }
  }
  router.get('/', async (c) => {
    const address = `${publicUrl ?? new URL(c.req.url).origin}/`
    return c.html(startPage({ address, documents: await listDocuments() }))
  })
  return router
}
