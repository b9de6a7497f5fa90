import { createServer } from 'node:http'
import { once } from 'node:events'
import { onTestFinished } from 'vitest'

/** A site of its own origin, closed when the test ends; `with` is the address of a page with this in its body. */
export async function servePage(): Promise<{ origin: string; with: (body: string) => string }> {
  const server = createServer((request, response) => {
    const body = new URL(request.url ?? '', 'http://x').searchParams.get('body') ?? ''
    response.setHeader('Content-Type', 'text/html; charset=utf-8')
    response.end(`<!doctype html><html lang="en"><title>Elsewhere</title>${body}</html>`)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  const origin = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  return { origin, with: (body) => `${origin}/?${new URLSearchParams({ body }).toString()}` }
}
