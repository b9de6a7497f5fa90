import { fileURLToPath } from 'node:url'
import { Hono } from 'hono'
import { compress } from 'hono/compress'
import { etag } from 'hono/etag'
import { setHeaders } from './node.ts'

/** Where the widget is served, to pages of any origin. */
export const WIDGET_PATH = '/widget.js'

const ENTRY = fileURLToPath(new URL('../widget/widget.ts', import.meta.url))

/** Bundles the widget from its sources into one script for browsers. */
export async function bundleWidget(): Promise<string> {
  // Imported only when it is needed, because it would delay the start.
  const { build, stop } = await import('esbuild')
  const { outputFiles } = await build({
    entryPoints: [ENTRY],
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    write: false,
  })
  await stop()
  const [script] = outputFiles
  if (!script) throw new Error('esbuild gave no script')
  return script.text
}

/** `/widget.js`, bundled on the first request. */
export function widgetRoutes(): Hono {
  const router = new Hono()
  let script: Promise<string> | undefined
  router.get(WIDGET_PATH, etag(), compress(), async (c) => {
    setHeaders(c, { 'Cross-Origin-Resource-Policy': 'cross-origin' })
    script ??= bundleWidget().catch((error: unknown) => {
      script = undefined
      throw error
    })
    return c.body(await script, 200, {
      'Content-Type': 'text/javascript; charset=utf-8',
      'Cache-Control': 'public, max-age=300',
    })
  })
  return router
}
