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
  | { readonly kind: 'opened'; readonly place: Place & { readonly threadTs: string } }

/** Messages that may be questions, besides those without a subtype; edits, deletions and all others are none. */
const ASKING = new Set(['thread_broadcast', 'file_share'])

/** What an event asks of the bot; null where it is none of its business. */
export function readEvent({ event, authorizations }: EventCallback): Happening | null {
  if ('assistant_thread' in event) {
    const { channel_id: channel, thread_ts: threadTs } = event.assistant_thread
    return { kind: 'opened', place: { channel, threadTs } }
  }
  if (!('channel' in event)) return null
  const { type, channel, user, text, ts, thread_ts: threadTs, subtype, bot_id: bot } = event
  const ours = authorizations.map((authorization) => authorization.user_id)
  if (bot !== undefined || user === undefined || ours.includes(user)) return null
  if (subtype !== undefined && !ASKING.has(subtype)) return null
  const isDirect = event.channel_type === 'im'
  const isMention = type === 'app_mention'
  const question = readSlackText(text)
  if (isDirect) {
    // A mention there is told twice, as a message too.
    if (isMention) return null
    const place = { channel, threadTs: threadTs ?? null }
    return { kind: 'question', place, question, isAside: false, isDirect }
  }
  if (isMention) {
    const place = { channel, threadTs: threadTs ?? ts }
    return { kind: 'question', place, question, isAside: false, isDirect }
  }
  const isMentioned = ours.some((id) => text.includes(`<@${id}`))
  if (threadTs === undefined || isMentioned) return null
  return {
    kind: 'question',
    place: { channel, threadTs },
    question,
    isAside: true,
    isDirect,
  }
}
