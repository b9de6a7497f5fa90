import type { Handler } from 'hono'

/**
 * Gives the script for browsers that starts at `entry`, a path of a TypeScript file. It is bundled at the first request; if
 * that fails, the next request tries again.
 */
export function bundledScript(entry: string): Handler {
  let script: Promise<string> | undefined
  return async (c) => {
    script ??= bundle(entry).catch((error: unknown) => {
      script = undefined
      throw error
    })
    return c.body(await script, 200, {
      'Content-Type': 'text/javascript; charset=utf-8',
      'Cache-Control': 'public, max-age=300',
    })
  }
}

async function bundle(entry: string): Promise<string> {
  // Imported only when it is needed, because it would delay the start.
  const { build, stop } = await import('esbuild')
  const { outputFiles } = await build({
    entryPoints: [entry],
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
