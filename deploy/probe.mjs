/**
 * Asks the server in this container for a path, and ends with status 0 if it answers with status 200. The image has no curl.
 * Usage: `node deploy/probe.mjs /health`, or `/ready`.
 */
const [, , path = '/health'] = process.argv
const { PORT = '8787' } = process.env

try {
  const { ok } = await fetch(`http://127.0.0.1:${PORT}${path}`, {
    signal: AbortSignal.timeout(4000),
  })
  process.exitCode = ok ? 0 : 1
} catch {
  process.exitCode = 1
}
