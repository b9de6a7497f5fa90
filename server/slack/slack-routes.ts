import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { createMiddleware } from 'hono/factory'
import type { SlackBot } from './bot.ts'
import { actionBody, commandBody, eventBody } from './payloads.ts'
import { isSlacks } from './signature.ts'

/** Where Slack's requests come in. */
export const SLACK = '/slack/'

/** Slack's messages have up to 40,000 characters, and their text comes in several forms. */
const MAX_BODY = 512 * 1024

export interface SlackRoutesOptions {
  readonly signingSecret: string
  /** Null until everything is loaded. */
  readonly bot: () => SlackBot | null
}

const STARTING = 'The documents are still being read. Ask again in a moment.'

/** `/slack/events`, `/slack/commands` and `/slack/interactions`. Slack is answered at once, its people later. */
export function addSlackRoutes(app: OpenAPIHono, { signingSecret, bot }: SlackRoutesOptions): void {
  const limited = bodyLimit({
    maxSize: MAX_BODY,
    onError: (c) => c.body(null, 413),
  })
  const verified = createMiddleware(async (c, next) => {
    const request = {
      timestamp: c.req.header('X-Slack-Request-Timestamp'),
      signature: c.req.header('X-Slack-Signature'),
      body: new Uint8Array(await c.req.arrayBuffer()),
    }
    // Whoever is not Slack is told nothing more.
    if (!isSlacks(request, signingSecret, Date.now())) return c.body(null, 401)
    return next()
  })

  app.post('/slack/events', limited, verified, async (c) => {
    const body = eventBody.safeParse(parseJson(await c.req.text()))
    // Signed, but of a kind that nobody here knows.
    if (!body.success) return c.body(null, 200)
    if (body.data.type === 'url_verification') return c.json({ challenge: body.data.challenge })
    const ready = bot()
    // Slack tells of it again.
    if (!ready) return c.body(null, 503, { 'Retry-After': '5' })
    await ready.takeEvent(body.data)
    return c.body(null, 200)
  })

  app.post('/slack/commands', limited, verified, async (c) => {
    const body = commandBody.safeParse(await formOf(c))
    if (!body.success) return c.body(null, 200)
    const ready = bot()
    if (!ready) return c.json({ response_type: 'ephemeral', text: STARTING })
    await ready.takeCommand(body.data)
    return c.body(null, 200)
  })

  app.post('/slack/interactions', limited, verified, async (c) => {
    const { payload } = await formOf(c)
    const body = actionBody.safeParse(parseJson(payload ?? ''))
    if (body.success) bot()?.takeAction(body.data)
    return c.body(null, 200)
  })
}

async function formOf(c: Context): Promise<Record<string, string>> {
  return Object.fromEntries(new URLSearchParams(await c.req.text()))
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
