import type { EventCallback } from './payloads.ts'
import type { Place } from './slack-api.ts'
import { readSlackText } from './slack-text.ts'

/** What an event asks of the bot. */
export type Happening =
  | {
      readonly kind: 'question'
      readonly place: Place
      readonly question: string
      /** Nothing was said to the bot itself: only where it has answered before is it meant. */
      readonly isAside: boolean
      readonly isDirect: boolean
    }
  | { readonly kind: 'opened'; readonly place: Place }

/** Messages that may be questions, besides those without a subtype; edits, deletions and all others are none. */
const ASKING = new Set(['thread_broadcast', 'file_share'])

/** What an event asks of the bot; null where it is none of its business. */
export function readEvent({ event, authorizations }: EventCallback): Happening | null {
  if ('assistant_thread' in event) {
    const { channel_id: channel, thread_ts: threadTs } = event.assistant_thread
    return { kind: 'opened', place: { channel, threadTs } }
  }
  if ('tab' in event) {
    const { channel, tab } = event
    return tab === 'messages' ? { kind: 'opened', place: { channel, threadTs: null } } : null
  }
  if (!('ts' in event)) return null
  const { type, channel, user, text, ts, thread_ts: threadTs, subtype, bot_id: bot, edited } = event
  const ours = authorizations.map((authorization) => authorization.user_id)
  if (bot !== undefined || user === undefined || ours.includes(user)) return null
  if (edited || (subtype !== undefined && !ASKING.has(subtype))) return null
  const isDirect = event.channel_type === 'im'
  const question = readSlackText(text)
  if (isDirect) {
    const place = { channel, threadTs: threadTs ?? null }
    return { kind: 'question', place, question, isAside: false, isDirect }
  }
  if (type === 'app_mention') {
    const place = { channel, threadTs: threadTs ?? ts }
    return { kind: 'question', place, question, isAside: false, isDirect }
  }
  // A mention is told twice, as a message too; and what is for somebody else is not for the bot.
  if (threadTs === undefined || text.includes('<@')) return null
  return { kind: 'question', place: { channel, threadTs }, question, isAside: true, isDirect }
}
