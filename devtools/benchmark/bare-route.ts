import { serve } from '@hono/node-server'
import { Hono } from 'hono'

/**
 * A server with one route that always sends the JSON it was started with. It runs in a process of
 * its own, as Footnote does.
 */
const answer: unknown = JSON.parse(process.argv[2] ?? '{}')
const app = new Hono()
app.post('/ask', async (c) => {
  await c.req.json()
  return c.json(answer)
})
serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, ({ port }) => process.send?.(port))
