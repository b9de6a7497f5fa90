import { serve } from '@hono/node-server'
import { Hono } from 'hono'

/** A server of one route, in a process of its own: what `/ask` costs without anything that makes it `/ask`. */
const answer: unknown = JSON.parse(process.argv[2] ?? '{}')
const app = new Hono()
app.post('/ask', async (c) => {
  await c.req.json()
  return c.json(answer)
})
serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, ({ port }) => process.send?.(port))
