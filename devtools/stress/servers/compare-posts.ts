import { FAILED } from '../../../server/slack/answers.ts'
import type { SentEvent } from './slack-askers.ts'
import type { PostedMessage } from './slack-side.ts'

/** A message with the server that posted it, which was killed at some times (in ms since 1970). */
export interface ServerPost extends PostedMessage {
  readonly killedAt: readonly number[]
}

/** What became of the events that servers had taken. */
export interface ComparedPosts {
  readonly taken: number
  /** Events without an answer. */
  readonly missing: readonly SentEvent[]
  /** Events that were answered again after the server that had answered was killed before it could note so: the stated exception. */
  readonly repeated: readonly SentEvent[]
  /** Events that were answered more than once for another reason. */
  readonly doubled: readonly SentEvent[]
  /** Threads in which thanks were answered before the question. */
  readonly outOfOrder: readonly SentEvent[]
  /** Questions that got the message that they could not be answered. */
  readonly apologies: number
  /** Messages to nobody. */
  readonly unasked: readonly PostedMessage[]
}

/** How long after its message a server may take to note that an event is answered, in ms, while the database runs. */
const NOTED_AFTER_MS = 1000

/** How the question is answered: with the quote, or with an apology. */
const isReplyToQuestion = ({ text }: PostedMessage) =>
  text.includes('al-Kadhimi') || text.includes(FAILED)

/** Compares the messages of all servers with the events. `isDatabaseAway` says whether the database was away in a span of time. */
export function comparePosts(
  events: readonly SentEvent[],
  posts: readonly ServerPost[],
  wasDatabaseAway: (from: number, to: number) => boolean,
): ComparedPosts {
  const postsOf = ({ thread, kind }: SentEvent) =>
    posts
      .filter((post) => post.thread === thread)
      .filter((post) => isReplyToQuestion(post) === (kind === 'question'))
      .toSorted((a, b) => a.at - b.at)
  const taken = events.filter(({ takenAt }) => takenAt !== null)
  const several = events.filter((event) => postsOf(event).length > 1)
  const isException = (event: SentEvent) =>
    postsOf(event).every(({ at, killedAt }, i, all) => {
      const next = all[i + 1]
      if (!next) return true
      const kill = killedAt.find((killed) => killed >= at && killed <= next.at)
      return kill !== undefined && (kill - at <= NOTED_AFTER_MS || wasDatabaseAway(at, kill))
    })
  const threads = new Set(events.map(({ thread }) => thread))
  return {
    taken: taken.length,
    missing: taken.filter((event) => postsOf(event).length === 0),
    repeated: several.filter(isException),
    doubled: several.filter((event) => !isException(event)),
    outOfOrder: events.filter((event) => {
      if (event.kind === 'question') return false
      const [thanks] = postsOf(event)
      const [question] = postsOf({ ...event, kind: 'question' })
      return thanks !== undefined && (question === undefined || question.at > thanks.at)
    }),
    apologies: posts.filter(({ text }) => text.includes(FAILED)).length,
    unasked: posts.filter(({ thread }) => !threads.has(thread)),
  }
}
