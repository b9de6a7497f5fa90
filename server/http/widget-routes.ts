import { fileURLToPath } from 'node:url'
import { Hono } from 'hono'
import { compress } from 'hono/compress'
import { etag } from 'hono/etag'
import { bundledScript } from './bundle.ts'
import { setHeaders } from './node.ts'

/** Where the widget is served, to pages of any origin. */
export const WIDGET_PATH = '/widget.js'

const ENTRY = fileURLToPath(new URL('../widget/widget.ts', import.meta.url))

/** `/widget.js`, bundled on the first request. */
export function widgetRoutes(): Hono {
  const router = new Hono()
  const script = bundledScript(ENTRY)
  router.get(WIDGET_PATH, etag(), compress(), (c, next) => {
    setHeaders(c, { 'Cross-Origin-Resource-Policy': 'cross-origin' })
    return script(c, next)
  })
  return router
}
