import { fileURLToPath } from 'node:url'
import type { OpenAPIHono } from '@hono/zod-openapi'
import { compress } from 'hono/compress'
import { etag } from 'hono/etag'

/** Where the widget is served. */
export const WIDGET = '/widget.js'

const ENTRY = fileURLToPath(new URL('../widget/widget.ts', import.meta.url))

/** The widget as one script for browsers, made from its sources. */
export async function bundleWidget(): Promise<string> {
  // Loaded when it is first needed: it would hold up the start.
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

/** `/widget.js`, for every page: it is made when it is first asked for. */
export function addWidgetRoutes(app: OpenAPIHono): void {
  let script: Promise<string> | undefined
  app.use(WIDGET, etag(), compress())
  app.get(WIDGET, async (c) => {
    script ??= bundleWidget().catch((error: unknown) => {
      script = undefined
      throw error
    })
    return c.body(await script, 200, {
      'Content-Type': 'text/javascript; charset=utf-8',
      'Cache-Control': 'public, max-age=300',
    })
  })
}
