import { z } from 'zod'

// Only what is read of them: Slack adds to its payloads without notice.

const message = z.object({
  type: z.enum(['message', 'app_mention']),
  channel: z.string(),
  /** `im` for a direct message. */
  channel_type: z.string().optional(),
  user: z.string().optional(),
  text: z.string().default(''),
  ts: z.string(),
  thread_ts: z.string().optional(),
  /** Of edits, deletions, joins and much else that is no question. */
  subtype: z.string().optional(),
  bot_id: z.string().optional(),
  /** Of what was edited: it is told anew, a mention in it too. */
  edited: z.object({}).optional(),
})

const threadStarted = z.object({
  type: z.literal('assistant_thread_started'),
  assistant_thread: z.object({ channel_id: z.string(), thread_ts: z.string() }),
})

const homeOpened = z.object({
  type: z.literal('app_home_opened'),
  channel: z.string(),
  /** `messages` where a person may write to the app. */
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
    /** As whom the app is told; its own user is among them. */
    authorizations: z.array(z.object({ user_id: z.string() })).default([]),
    event: z.union([message, threadStarted, homeOpened, other]),
  }),
])

/** Something that happened in Slack. */
export type EventCallback = Extract<z.infer<typeof eventBody>, { type: 'event_callback' }>

/** The form of `/slack/commands`. */
export const commandBody = z.object({
  team_id: z.string(),
  channel_id: z.string(),
  user_id: z.string(),
  text: z.string().default(''),
  response_url: z.url(),
  /** Of no two commands the same. */
  trigger_id: z.string(),
})

/** A slash command. */
export type Command = z.infer<typeof commandBody>

/** What is in the `payload` of the form of `/slack/interactions`. */
export const actionBody = z.object({
  type: z.literal('block_actions'),
  response_url: z.url(),
  user: z.object({ id: z.string() }),
  channel: z.object({ id: z.string() }).optional(),
  container: z.object({ thread_ts: z.string().optional() }).default({}),
  /** Of a button, always one. */
  actions: z
    .tuple([z.object({ action_id: z.string(), value: z.string().default('') })])
    .rest(z.unknown()),
})

/** A button that was pressed. */
export type Action = z.infer<typeof actionBody>
