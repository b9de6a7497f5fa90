import { z } from 'zod'

// Only the fields that are read: Slack adds fields to its payloads without notice.

const message = z.object({
  type: z.enum(['message', 'app_mention']),
  channel: z.string(),
  /** `im` for a direct message. */
  channel_type: z.string().optional(),
  user: z.string().optional(),
  text: z.string().default(''),
  ts: z.string(),
  thread_ts: z.string().optional(),
  /** Edits, deletions, joins and other messages that are no questions have one. */
  subtype: z.string().optional(),
  bot_id: z.string().optional(),
  /** Present in a message that was edited. Slack sends such a message again, also as a mention. */
  edited: z.object({}).optional(),
})

const threadStarted = z.object({
  type: z.literal('assistant_thread_started'),
  assistant_thread: z.object({ channel_id: z.string(), thread_ts: z.string() }),
})

const homeOpened = z.object({
  type: z.literal('app_home_opened'),
  channel: z.string(),
  /** `messages` is the tab in which people write to the app. */
  tab: z.string(),
})

const other = z.object({ type: z.string() })

/** The body of `/slack/events`. */
export const eventBody = z.union([
  z.object({ type: z.literal('url_verification'), challenge: z.string() }),
  z.object({
    type: z.literal('event_callback'),
    event_id: z.string(),
    team_id: z.string(),
    /** The users for whom the app gets the event; the app's own user is among them. */
    authorizations: z.array(z.object({ user_id: z.string() })).default([]),
    event: z.union([message, threadStarted, homeOpened, other]),
  }),
])

/** An event in Slack. */
export type EventCallback = Extract<z.infer<typeof eventBody>, { type: 'event_callback' }>

/** The form of `/slack/commands`. */
export const commandBody = z.object({
  team_id: z.string(),
  channel_id: z.string(),
  user_id: z.string(),
  text: z.string().default(''),
  response_url: z.url(),
  /** Identifies the command. */
  trigger_id: z.string(),
})

/** A slash command. */
export type Command = z.infer<typeof commandBody>

/** The JSON in the `payload` field of the form of `/slack/interactions`. */
export const actionBody = z.object({
  type: z.literal('block_actions'),
  response_url: z.url(),
  user: z.object({ id: z.string() }),
  channel: z.object({ id: z.string() }).optional(),
  container: z.object({ thread_ts: z.string().optional() }).default({}),
  /** A button sends exactly one. */
  actions: z
    .tuple([z.object({ action_id: z.string(), value: z.string().default('') })])
    .rest(z.unknown()),
})

/** The press of a button. */
export type Action = z.infer<typeof actionBody>
