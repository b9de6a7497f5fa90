import { randomUUID } from 'node:crypto'
import type { Press } from './render-call.ts'
import { signBody } from '../../server/sign-body.ts'

/** The id of the bot's own user. */
export const BOT_USER = 'U0BOT'
const TEAM = 'T0TEAM'

/** How a request is signed. */
export interface SignedOptions {
  readonly secret: string
  /** In seconds since 1970; the present time by default. */
  readonly timestamp?: number
  /** Header fields that are added, or that replace others. */
  readonly headers?: Readonly<Record<string, string>>
}

/** Sends a request as Slack does, signed over every byte of its body. */
export async function sendSigned(
  url: string,
  body: string,
  { secret, timestamp = Math.floor(Date.now() / 1000), headers = {} }: SignedOptions,
): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: {
      'Content-Type': body.startsWith('{')
        ? 'application/json'
        : 'application/x-www-form-urlencoded',
      'X-Slack-Request-Timestamp': String(timestamp),
      'X-Slack-Signature': signBody(Buffer.from(body), String(timestamp), secret),
      ...headers,
    },
    body,
  })
}

/** A message that a person writes. */
export interface WrittenMessage {
  readonly text: string
  readonly channel?: string
  /** The time of the message, which identifies it; a new one by default. */
  readonly ts?: string
  /** The `ts` of the message that began its thread. */
  readonly thread?: string
  readonly user?: string
  /** More fields of the event. */
  readonly more?: Readonly<Record<string, unknown>>
}

/**
 * Plays a workspace in which people write to the bot at `url`. Each call gives the bot's response
 * to the request.
 */
export function playWorkspace({ url, secret }: { url: string; secret: string }) {
  let seconds = Math.floor(Date.now() / 1000)

  const sendEvent = (event: object, id = `Ev${randomUUID()}`) =>
    sendSigned(
      `${url}/slack/events`,
      JSON.stringify({
        type: 'event_callback',
        event_id: id,
        team_id: TEAM,
        authorizations: [{ user_id: BOT_USER, is_bot: true }],
        event,
      }),
      { secret },
    )
  const write = (type: string, channelType: string, written: WrittenMessage, id?: string) => {
    const { text, channel = 'C0GENERAL', thread, user = 'U0ANN', more } = written
    const ts = written.ts ?? `${(seconds += 1)}.000100`
    const event = { type, channel, channel_type: channelType, user, text, ts, ...more }
    return sendEvent({ ...event, ...(thread !== undefined && { thread_ts: thread }) }, id)
  }
  return {
    mention: ({ text, ...written }: WrittenMessage, id?: string) =>
      write('app_mention', 'channel', { ...written, text: `<@${BOT_USER}> ${text}` }, id),
    say: (written: WrittenMessage, id?: string) => write('message', 'channel', written, id),
    tell: (written: WrittenMessage, id?: string) =>
      write('message', 'im', { channel: 'D0ANN', ...written }, id),
    openAssistant: (channel: string, thread: string) =>
      sendEvent({
        type: 'assistant_thread_started',
        assistant_thread: { user_id: 'U0ANN', channel_id: channel, thread_ts: thread },
      }),
    openMessages: (channel: string) =>
      sendEvent({ type: 'app_home_opened', user: 'U0ANN', channel, tab: 'messages' }),
    command: (text: string, responseUrl: string, channel = 'C0GENERAL') =>
      sendSigned(
        `${url}/slack/commands`,
        new URLSearchParams({
          command: '/ask',
          text,
          team_id: TEAM,
          channel_id: channel,
          user_id: 'U0ANN',
          response_url: responseUrl,
          trigger_id: randomUUID(),
        }).toString(),
        { secret },
      ),
    press: ({ actionId, value }: Press, responseUrl: string, thread?: string) =>
      sendSigned(
        `${url}/slack/interactions`,
        new URLSearchParams({
          payload: JSON.stringify({
            type: 'block_actions',
            user: { id: 'U0ANN' },
            team: { id: TEAM },
            response_url: responseUrl,
            channel: { id: 'C0GENERAL' },
            container: { type: 'message', ...(thread !== undefined && { thread_ts: thread }) },
            actions: [
              {
                type: actionId === 'feedback' ? 'feedback_buttons' : 'button',
                action_id: actionId,
                value,
              },
            ],
          }),
        }).toString(),
        { secret },
      ),
  }
}
