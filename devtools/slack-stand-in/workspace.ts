import { randomUUID } from 'node:crypto'
import { sign } from '../../server/slack/signature.ts'

export const BOT_USER = 'U0BOT'
const TEAM = 'T0TEAM'

export interface SignedOptions {
  readonly secret: string
  /** In seconds since 1970; now without it. */
  readonly timestamp?: number
  readonly headers?: Readonly<Record<string, string>>
}

/** Sends a request as Slack does: signed over every byte of its body. */
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
      'X-Slack-Signature': sign(Buffer.from(body), String(timestamp), secret),
      ...headers,
    },
    body,
  })
}

/** A message in a workspace. */
export interface Written {
  readonly text: string
  readonly channel?: string
  /** Its own time, which names it. */
  readonly ts?: string
  /** The thread that it is in. */
  readonly thread?: string
  readonly user?: string
  /** What else the event says. */
  readonly more?: Readonly<Record<string, unknown>>
}

/** A workspace of Slack in which people ask the bot at `url`. Each call gives the bot's own response. */
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
  const write = (type: string, channelType: string, written: Written, id?: string) => {
    const { text, channel = 'C0GENERAL', thread, user = 'U0ANN', more } = written
    const ts = written.ts ?? `${(seconds += 1)}.000100`
    const event = { type, channel, channel_type: channelType, user, text, ts, ...more }
    return sendEvent({ ...event, ...(thread !== undefined && { thread_ts: thread }) }, id)
  }
  return {
    mention: ({ text, ...written }: Written, id?: string) =>
      write('app_mention', 'channel', { ...written, text: `<@${BOT_USER}> ${text}` }, id),
    say: (written: Written, id?: string) => write('message', 'channel', written, id),
    tell: (written: Written, id?: string) =>
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
    press: (action: string, value: string, responseUrl: string, thread?: string) =>
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
            actions: [{ type: 'button', action_id: action, value }],
          }),
        }).toString(),
        { secret },
      ),
  }
}
