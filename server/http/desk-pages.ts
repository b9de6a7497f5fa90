import { fileURLToPath } from 'node:url'
import { type Context, Hono } from 'hono'
import { compress } from 'hono/compress'
import { etag } from 'hono/etag'
import { DESK_PAGES, deskPage } from '../pages/desk-page.ts'
import { bundledScript } from './bundle.ts'
import { contentPolicy } from './headers.ts'
import { setHeaders } from './node.ts'

const ENTRY = fileURLToPath(new URL('../desk-app/desk.ts', import.meta.url))

/** The headers of pages with a form for signing in or out. */
export const SIGN_IN_HEADERS = {
  ...contentPolicy({ hasForm: true }),
  // With `no-referrer`, which other pages have, a browser sends `Origin: null` with a form, and the origin guard refuses it.
  'Referrer-Policy': 'same-origin',
  'Cache-Control': 'no-store',
}

/**
 * The pages of the desk, and `/desk.js`, which is bundled at the first request. `userName` gives the name of who sends a
 * request; null where their key has none. Whether they may see the desk is checked before.
 */
export function deskPages(userName: (c: Context) => string | null): Hono {
  const router = new Hono()
  for (const entry of DESK_PAGES) {
    router.get(entry.path, (c) => {
      setHeaders(c, SIGN_IN_HEADERS)
      return c.html(deskPage(entry, userName(c)))
    })
  }
  router.get('/desk.js', etag(), compress(), bundledScript(ENTRY))
  return router
}
