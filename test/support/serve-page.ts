import { createServer } from 'node:http'
import { listening } from './listening.ts'

/** A site of its own origin, closed when the test ends; `with` is the address of a page with this in its body. */
export async function servePage(): Promise<{ origin: string; with: (body: string) => string }> {
  const server = createServer((request, response) => {
    const body = new URL(request.url ?? '', 'http://x').searchParams.get('body') ?? ''
    response.setHeader('Content-Type', 'text/html; charset=utf-8')
    response.end(`<!doctype html><html lang="en"><title>Elsewhere</title>${body}</html>`)
  })
  const origin = await listening(server)
  return { origin, with: (body) => `${origin}/?${new URLSearchParams({ body }).toString()}` }
}
