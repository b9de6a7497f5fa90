import { fileURLToPath } from 'node:url'
import { serveStatic } from '@hono/node-server/serve-static'
import { Hono } from 'hono'
import { startPage } from '../pages/start-page.ts'
import type { FindService } from './router.ts'

/** The style sheet and the script of all pages, in `server/pages/`. */
const ASSETS = ['page.css', 'document.js']

export interface HomeOptions {
  readonly findService: FindService
  /** Where people reach the server; null: the address of the request. */
  readonly publicUrl: string | null
  /** Whether documents ask for a key, which a browser does not send for a page. */
  readonly areDocumentsHidden: boolean
}

/** `/`, and `/assets/…`, which pages load. */
export function homeRoutes({ findService, publicUrl, areDocumentsHidden }: HomeOptions): Hono {
  const router = new Hono()
  for (const asset of ASSETS) {
    const path = fileURLToPath(new URL(`../pages/${asset}`, import.meta.url))
    router.get(`/assets/${asset}`, serveStatic({ path }))
  }
  const listDocuments = async () => {
    if (areDocumentsHidden) return { hidden: 'They are listed for those who have a key.' }
    const documents = await findService()?.documents()
    return documents ?? { hidden: 'They are still being read. Load this page again in a moment.' }
  }
  router.get('/', async (c) => {
    const address = `${publicUrl ?? new URL(c.req.url).origin}/`
    return c.html(startPage({ address, documents: await listDocuments() }))
  })
  return router
}
