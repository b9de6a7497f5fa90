import type { StoredReply, StoredTurn } from './stored.ts'

/**
 * Conversations, feedback and what Slack needs. No build can derive this data again. A storage engine implements the whole
 * interface, and opens all stores together.
 *
 * Every method may reject with `disk-full`, `storage-busy` or `storage-unwritable`, or with the `…-unreadable` code of
 * its store if the store was damaged after it was opened. A rejected call stores nothing.
 */
export interface State {
  readonly conversations: ConversationStore
  readonly feedback: FeedbackStore
  readonly slack: SlackStore
  /** Releases what the engine holds. No method may be called afterwards. */
  close(): Promise<void>
}

/** Limits of what an engine keeps of conversations. */
export interface ConversationLimits {
  /** How long after its last turn a conversation is forgotten. */
  readonly conversationTtlMs: number
  /** The number of turns that are kept of each conversation. */
  readonly maxTurns: number
}

/** Conversations with their turns. An id that was never given, or whose conversation is forgotten, is unknown. */
export interface ConversationStore {
  /** Begins a conversation with its first turn, and resolves with its id, which cannot be guessed. */
  begin(turn: StoredTurn): Promise<string>
  /** The turns of a conversation, oldest first; null where the id is unknown. */
  turns(id: string): Promise<StoredTurn[] | null>
  /** Adds a turn and forgets the oldest beyond the limit; false where the id is unknown. */
  add(id: string, turn: StoredTurn): Promise<boolean>
  /** Forgets a conversation at once; false where the id is unknown. */
  forget(id: string): Promise<boolean>
  /** The searched questions without an answer, of all kept conversations, the last asked first. */
  unanswered(): Promise<UnansweredQuestion[]>
}

/** A question that the documents did not answer. */
export interface UnansweredQuestion {
  /** As it was searched for. */
  readonly question: string
  /** How often it was asked. */
  readonly times: number
}

/** Feedback on answers. */
export interface FeedbackStore {
  /**
   * Keeps whether a reply helped. `name` identifies the reply: feedback of the same name replaces the earlier one.
   * Only a hash of the name is kept, since a name may hold the id of a conversation, which gives access to it.
   */
  give(name: string, reply: StoredReply, helpful: boolean): Promise<void>
  /** All feedback that is kept, latest first. */
  all(): Promise<Feedback[]>
}

/** A person's feedback on a reply. */
export interface Feedback extends StoredReply {
  readonly helpful: boolean
  /** When it was given, in ms since 1970. */
  readonly givenAtMs: number
}

/** What the Slack bot must remember over restarts. */
export interface SlackStore {
  /**
   * Claims a delivery of Slack, so that it is handled once however often Slack sends it; false where `id` was claimed
   * before. `event` is what {@link unhandled} gives after a restart; null for a delivery that is not tried again.
   */
  claim(id: string, event: string | null): Promise<boolean>
  /** Marks a delivery as handled: its event is forgotten, its id is not. */
  markHandled(id: string): Promise<void>
  /** The deliveries of the last 15 minutes that were claimed and not handled, oldest first. */
  unhandled(): Promise<UnhandledDelivery[]>
  /** Whether the bot was asked in a place: a thread, a direct message, or one person's commands in a channel. */
  isKnownPlace(place: string): Promise<boolean>
  /** The id of the conversation that is held in a place; null where there is none. */
  conversationOf(place: string): Promise<string | null>
  /** Remembers a place for 30 days, with the conversation that is held there. */
  keepPlace(place: string, conversationId: string | null): Promise<void>
  /** Keeps a reply for a day, and resolves with the id that its buttons carry, which cannot be guessed. */
  keepReply(reply: StoredReply): Promise<string>
  /** The reply that a button belongs to; null where the id is unknown. */
  replyOf(buttonId: string): Promise<StoredReply | null>
}

/** A delivery of Slack that was claimed and not handled. */
export interface UnhandledDelivery {
  readonly id: string
  readonly event: string
}
