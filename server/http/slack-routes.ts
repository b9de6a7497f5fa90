import { type Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { createMiddleware } from 'hono/factory'
import type { SlackBot } from '../slack/bot.ts'
import { actionBody, commandBody, eventBody } from '../slack/payloads.ts'
import { isSignedBySlack } from '../slack/signature.ts'

/** Where Slack sends its requests. */
export const SLACK_PATH = '/slack'

/** A message in Slack has up to 40,000 characters, and an event contains its text in several forms. */
const MAX_BYTES = 512 * 1024

export interface SlackRoutesOptions {
  readonly signingSecret: string
  /** Gives the bot; null until everything is loaded. */
  readonly bot: () => SlackBot | null
}

const STARTING = 'The documents are still being read. Ask again in a moment.'

/**
 * `/slack/events`, `/slack/commands` and `/slack/interactions`. Slack gets its response at once; the bot answers people
 * later.
 */
export function slackRoutes({ signingSecret, bot }: SlackRoutesOptions): Hono {
  const router = new Hono()
  const limited = bodyLimit({ maxSize: MAX_BYTES, onError: (c) => c.body(null, 413) })
  const signed = createMiddleware(async (c, next) => {
    const request = {
      timestamp: c.req.header('X-Slack-Request-Timestamp'),
      signature: c.req.header('X-Slack-Signature'),
      body: new Uint8Array(await c.req.arrayBuffer()),
    }
    // The response has no body, so a client that is not Slack learns nothing.
    if (!isSignedBySlack(request, signingSecret, Date.now())) return c.body(null, 401)
    return next()
  })

  router.post('/events', limited, signed, async (c) => {
    const body = eventBody.safeParse(parseJson(await c.req.text()))
    // An event of a kind that the app did not subscribe to.
    if (!body.success) return c.body(null, 200)
    if (body.data.type === 'url_verification') return c.json({ challenge: body.data.challenge })
    const ready = bot()
    // Slack sends the event again.
    if (!ready) return c.body(null, 503, { 'Retry-After': '5' })
    await ready.takeEvent(body.data)
    return c.body(null, 200)
  })

  router.post('/commands', limited, signed, async (c) => {
    const body = commandBody.safeParse(await formOf(c))
    if (!body.success) return c.body(null, 200)
    const ready = bot()
    if (!ready) return c.json({ response_type: 'ephemeral', text: STARTING })
    await ready.takeCommand(body.data)
    return c.body(null, 200)
  })

  router.post('/interactions', limited, signed, async (c) => {
    const { payload } = await formOf(c)
    const body = actionBody.safeParse(parseJson(payload ?? ''))
    if (body.success) bot()?.takeAction(body.data)
    return c.body(null, 200)
  })
  return router
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
