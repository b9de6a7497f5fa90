import { z } from 'zod'
import { startStandIn } from '../../slack-stand-in/stand-in.ts'

export const SLACK_SECRET = 'a-signing-secret-for-stress-runs'
export const SLACK_TOKEN = 'xoxb-a-token-for-stress-runs'

/** A message that a server posted in a thread. */
export interface PostedMessage {
  /** In ms since 1970. */
  readonly at: number
  readonly thread: string
  readonly text: string
}

/** The Slack that one server calls. */
export interface SlackSide {
  /** The address of its Web API. */
  readonly url: string
  readonly posted: readonly PostedMessage[]
  close(): Promise<void>
}

const posting = z.object({ thread_ts: z.string(), blocks: z.unknown() })

/** Starts a Slack that notes what is posted in threads. */
export async function startSlackSide(): Promise<SlackSide> {
  const posted: PostedMessage[] = []
  const standIn = await startStandIn(SLACK_TOKEN, {
    onCall: ({ method, body }) => {
      if (method !== 'chat.postMessage') return
      const { thread_ts: thread, blocks } = posting.parse(body)
      posted.push({ at: Date.now(), thread, text: JSON.stringify(blocks) })
    },
  })
  return { url: standIn.url, posted, close: () => standIn.close() }
}
