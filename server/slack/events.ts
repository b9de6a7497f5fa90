import type { EventCallback } from './payloads.ts'
import type { ReplyTarget } from './slack-api.ts'
import { readSlackText } from './slack-text.ts'

/**
 * What an event asks the bot to do: to answer a question, or to suggest questions where a person
 * opened a chat with it.
 */
export type BotTask =
  | {
      readonly kind: 'question'
      readonly target: ReplyTarget
      readonly question: string
      /**
       * The message is not addressed to the bot. It counts as a question only in a thread that the
       * bot has answered in.
       */
      readonly isUnaddressed: boolean
    }
  | { readonly kind: 'opened'; readonly target: ReplyTarget }

/**
 * The subtypes of messages that may be questions. Messages without a subtype may be too; edits,
 * deletions and others may not.
 */
const QUESTION_SUBTYPES = new Set(['thread_broadcast', 'file_share'])

/** What an event asks the bot to do; null where it asks nothing. */
export function taskOf({ event, authorizations }: EventCallback): BotTask | null {
  if ('assistant_thread' in event) {
    const { channel_id: channel, thread_ts: threadTs } = event.assistant_thread
    return { kind: 'opened', target: { channel, threadTs } }
  }
  if ('tab' in event) {
    const { channel, tab } = event
    return tab === 'messages' ? { kind: 'opened', target: { channel, threadTs: null } } : null
  }
  if (!('ts' in event)) return null
  const { type, channel, user, text, ts, thread_ts: threadTs, subtype, bot_id: bot, edited } = event
  const botUsers = authorizations.map((authorization) => authorization.user_id)
  if (bot !== undefined || user === undefined || botUsers.includes(user)) return null
  if (edited || (subtype !== undefined && !QUESTION_SUBTYPES.has(subtype))) return null
  const question = readSlackText(text)
  if (event.channel_type === 'im') {
    const target = { channel, threadTs: threadTs ?? null }
    return { kind: 'question', target, question, isUnaddressed: false }
  }
  if (type === 'app_mention') {
    const target = { channel, threadTs: threadTs ?? ts }
    return { kind: 'question', target, question, isUnaddressed: false }
  }
  // Slack also sends a mention as a message; that one is ignored, as are messages that mention
  // somebody else.
  if (threadTs === undefined || text.includes('<@')) return null
  return { kind: 'question', target: { channel, threadTs }, question, isUnaddressed: true }
}
