import type { VisibleCollections } from '../access/caller.ts'
import type { FoundPlace, StoredReply, StoredTurn } from './stored.ts'

/**
 * Conversations, feedback, what Slack needs, questions, what operators entered, and webhooks to send. No build can derive this data again. A storage engine implements the whole
 * interface, and opens all stores together.
 *
 * Every method may reject with `database-unavailable`, `disk-full`, `storage-busy` or `storage-unwritable`, or with the
 * `…-unreadable` code of its store if the store was damaged after it was opened. A rejected call stores nothing, unless the
 * connection to a database was lost just before its reply.
 */
export interface State {
  readonly conversations: ConversationStore
  readonly feedback: FeedbackStore
  readonly slack: SlackStore
  readonly records: RecordStore
  readonly audit: AuditLog
  readonly webhooks: WebhookStore
  readonly questions: QuestionStore
  /** The requests of clients, counted over all servers that share the state; null where each server counts alone. */
  readonly requests: RequestCounts | null
  /** Rejects where nothing can be read or written now. */
  check(): Promise<void>
  /** Releases what the engine holds. No method may be called afterwards. */
  close(): Promise<void>
}

/** Limits of what an engine keeps of what people said. */
export interface ConversationLimits {
  /** How long after its last turn a conversation is forgotten. */
  readonly conversationTtlMs: number
  /** The number of turns that are kept of each conversation. */
  readonly maxTurns: number
  /** How long a question is kept after it was asked; 0, the default: what was kept is not given, and not removed either. */
  readonly keepQuestionsMs?: number
  /** How many distinct questions are kept; those that nobody asked for the longest time go first. Default: 50,000. */
  readonly maxQuestions?: number
}

/** Conversations with their turns. An id that was never given, or whose conversation is forgotten, is unknown. */
export interface ConversationStore {
  /**
   * Begins a conversation with its first turn, and resolves with its id, which cannot be guessed. A caller that must know the id
   * before the turn is stored gives a new UUID of its own as `id`.
   */
  begin(turn: StoredTurn, id?: string): Promise<string>
  /** A conversation as it is now; null where the id is unknown. */
  find(id: string): Promise<Conversation | null>
  /**
   * Adds a turn and forgets the oldest beyond the limit, if the conversation still has the version that the turn was made
   * from. Otherwise another turn came between, and nothing is stored.
   */
  add(id: string, turn: StoredTurn, version: number): Promise<Added>
  /** Forgets a conversation at once; false where the id is unknown. */
  forget(id: string): Promise<boolean>
  /** The searched questions without an answer, of all kept conversations, the last asked first. */
  unanswered(): Promise<UnansweredQuestion[]>
}

/** What is kept of a conversation. */
export interface Conversation {
  /** Oldest first. */
  readonly turns: StoredTurn[]
  /** Changes with each turn. */
  readonly version: number
}

/** What became of a turn: it was added, or the conversation has another version by now, or its id is unknown. */
export type Added = 'added' | 'changed' | 'unknown'

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

/**
 * The questions of people, for those who look after the documents: each once for all who asked it, as it was read, without regard to
 * case and white space. Questions of people who may see other collections are others. Who asked is not kept.
 *
 * It counts by the hour, and forgets an hour as soon as its first moment is as old as `keepQuestionsMs`: nothing is kept for
 * longer. A question goes with its last hour.
 */
export interface QuestionStore {
  /** Counts questions, and keeps of each how it was typed and what was found the last time. */
  record(asked: readonly AskedQuestion[]): Promise<void>
  /**
   * Keeps whether a reply helped, if the question is kept. `name` identifies the reply: a judgement of the same name replaces the
   * earlier one. Only a hash of the name is kept.
   */
  judge(question: QuestionName, name: string, helpful: boolean): Promise<void>
  /** Questions with a vector that belong to no group yet, oldest first. */
  ungrouped(limit: number): Promise<QuestionVector[]>
  /** The oldest question with a vector of each group, by id, of those after `afterId`. A group has the id of its first question. */
  leaders(afterId: number): Promise<GroupLeader[]>
  /** Puts questions into groups. */
  putIntoGroups(members: readonly GroupMember[]): Promise<void>
  /** Groups of questions, with counts of the questions that the filter takes, in the given order. */
  groups(filter: QuestionFilter, page: GroupPage): Promise<GroupList>
  /**
   * The questions of these groups that the filter takes: of each group up to `limit`, those that were asked most first.
   */
  members(
    filter: QuestionFilter,
    groups: readonly number[],
    limit: number,
  ): Promise<(KeptQuestion & { readonly vector: Float32Array | null })[]>
  /** Questions that the filter takes, by id, of those after `afterId`. */
  list(filter: QuestionFilter, page: { afterId: number; limit: number }): Promise<KeptQuestion[]>
  /** A question by its id, with all its counts; null where the id is unknown, or the question is of other collections. */
  find(id: number, within: VisibleCollections): Promise<KeptQuestion | null>
  /** Forgets a question, or all of a group, and gives how many that were. */
  forget(which: { id: number } | { group: number }, within: VisibleCollections): Promise<number>
  /** Forgets all questions. */
  forgetAll(): Promise<void>
}

/** What makes a question another one. */
export interface QuestionName {
  /** The stand-alone question that was searched for. */
  readonly interpretedAs: string
  /** The collections that the person may see. */
  readonly collections: VisibleCollections
}

/** What was found for a question. */
export interface QuestionOutcome {
  readonly answered: boolean
  /** Calibrated, 0 to 1. */
  readonly confidence: number
  /** The quotes; where nothing answers, the closest ones. Best first. */
  readonly found: readonly FoundPlace[]
}

/** A question that somebody asked. */
export interface AskedQuestion extends QuestionName, QuestionOutcome {
  /** As the person typed it. */
  readonly question: string
  /** When, in ms since 1970. */
  readonly askedAtMs: number
  /** The embedding of `interpretedAs`; null where there is none. */
  readonly vector: Float32Array | null
}

/** A question that is kept. Counts are of the time that was asked for. */
export interface KeptQuestion extends QuestionName, QuestionOutcome {
  readonly id: number
  /** The group of questions like it; one that has none yet is a group by itself. */
  readonly group: number
  /** As it was typed the last time. */
  readonly question: string
  /** How often it was asked. */
  readonly times: number
  /** When it was asked the last time, in ms since 1970. */
  readonly lastAskedMs: number
  /** How many replies to it helped, and did not help, as people said. */
  readonly helped: number
  readonly didNotHelp: number
}

/** Which questions to give. */
export interface QuestionFilter {
  /** Those whose people may see no other collections; null: all. */
  readonly within: VisibleCollections
  /** `unanswered`; `unsure`: answered with a confidence below `unsureBelow`; `disliked`: a reply did not help; `all`. */
  readonly kind: QuestionKind
  readonly unsureBelow: number
  /** In ms since 1970, to the hour around it; null: no limit. */
  readonly fromMs: number | null
  readonly toMs: number | null
  /** Words that the question has as typed or as read, one after the other; case and white space do not count. Empty: any. */
  readonly text: string
}

export type QuestionKind = 'unanswered' | 'unsure' | 'disliked' | 'all'

/** A part of the groups, in an order: most asked first, or last asked first. */
export interface GroupPage {
  readonly sort: 'times' | 'lastAsked'
  readonly limit: number
  readonly offset: number
  /** Only this group; null: all. */
  readonly group: number | null
}

/** A part of the groups, and the numbers of all groups and questions. */
export interface GroupList {
  readonly groups: readonly QuestionGroup[]
  readonly totalGroups: number
  readonly totalQuestions: number
}

/** A group of alike questions, with the sums of its questions. */
export interface QuestionGroup {
  readonly group: number
  readonly questions: number
  readonly times: number
  readonly lastAskedMs: number
}

/** A question with its embedding. */
export interface QuestionVector {
  readonly id: number
  /** Those that whoever asked may see; null: all. */
  readonly collections: VisibleCollections
  readonly vector: Float32Array
}

/** A question with the group that it belongs to. */
export interface GroupMember {
  readonly id: number
  readonly group: number
}

/** The question that others are compared with to belong to its group. */
export interface GroupLeader extends GroupMember, QuestionVector {}

/** What the Slack bot must remember over restarts, and what the bots of several servers share. */
export interface SlackStore {
  /** Claims what is done once, such as a command; false where `id` was claimed in the last day. */
  claim(id: string): Promise<boolean>
  /**
   * Keeps a delivery until it is handled, so that it is handled once however often Slack sends it, and to whichever server.
   * False where its id was kept in the last day.
   */
  accept(delivery: Delivery): Promise<boolean>
  /**
   * Leases accepted deliveries that nobody has a lease on, oldest first, and of each place only the oldest, and none while
   * another of that place is leased. A delivery older than 15 minutes is leased no more: nobody waits for it.
   */
  lease(options: LeaseOptions): Promise<LeasedDelivery[]>
  /** Prolongs the leases of a server on these deliveries, if it has not lost them to another one. */
  renew(server: string, ids: readonly string[], leaseMs: number): Promise<void>
  /**
   * True if a delivery is not handled, and this server leased it last and did not release it. A lease that has run out counts until
   * another server takes the delivery.
   */
  holds(server: string, id: string): Promise<boolean>
  /**
   * Gives up the leases of a server on these deliveries. They can be leased again after `pauseMs`; until then, nothing else of their
   * places can.
   */
  release(server: string, ids: readonly string[], pauseMs: number): Promise<void>
  /** Marks a delivery as handled: its event is forgotten, its id is not. */
  markHandled(id: string): Promise<void>
  /** How many accepted deliveries are not handled, over all servers. */
  waiting(): Promise<number>
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

/** An event that Slack delivered. */
export interface LeasedDelivery {
  /** Slack's id of the event. */
  readonly id: string
  readonly event: string
}

/** An event with its place, in which events are handled in the order in which they were accepted. */
export interface Delivery extends LeasedDelivery {
  readonly place: string
}

/** Who leases deliveries, and how many for how long. */
export interface LeaseOptions {
  /** Identifies the server. */
  readonly server: string
  readonly max: number
  /** After this time, another server may lease them, unless the lease is renewed. */
  readonly leaseMs: number
}

/** What a record is: a key to ask with, a secret of the server's own, a vouched answer, words that mean the same, a check. */
export type RecordKind = 'key' | 'secret' | 'vouched' | 'word' | 'check'

/** A record as it is kept. */
export interface KeptRecord {
  readonly id: string
  /** Its fields as JSON. Who uses a kind of records has its schema. */
  readonly json: string
}

/** Small things that operators enter, a few thousand at most. What one server writes, all read from then on. */
export interface RecordStore {
  /** All records of a kind, the oldest first. */
  all(kind: RecordKind): Promise<KeptRecord[]>
  /** The JSON of a record; null where there is none with this id. */
  find(kind: RecordKind, id: string): Promise<string | null>
  /** Keeps a new record; false, and nothing changes, where there is one with this id. */
  add(kind: RecordKind, record: KeptRecord): Promise<boolean>
  /** Replaces the JSON of a record; false where there is none with this id. */
  replace(kind: RecordKind, record: KeptRecord): Promise<boolean>
  /** Removes a record; false where there is none with this id. */
  remove(kind: RecordKind, id: string): Promise<boolean>
  /** How often records of a kind were changed: 0 where there never was one. */
  version(kind: RecordKind): Promise<number>
}

/** The log of what was changed at the desk. Nothing in it changes or goes. */
export interface AuditLog {
  add(change: AuditedChange): Promise<void>
  /** The latest changes, latest first. */
  latest(options: AuditPage): Promise<AuditEntry[]>
}

/** Which changes of the log are wanted. */
export interface AuditPage {
  readonly limit: number
  /** Only changes with a smaller number. Default: all. */
  readonly before?: number
  /** Only changes in these collections; null, the default: all. */
  readonly collections?: readonly string[] | null
}

/** Something that was changed, by whom. */
export interface AuditedChange {
  /** The name of the key or the person. */
  readonly by: string
  /** What was done, such as `document.removed`. */
  readonly action: string
  /** What it was done to, such as the name of a file. */
  readonly subject: string
  /** The collection that the subject belongs to; null where it belongs to none. */
  readonly collection: string | null
}

/** A change in the log. */
export interface AuditEntry extends AuditedChange {
  /** Grows with each change. */
  readonly number: number
  /** In ms since 1970. */
  readonly atMs: number
}

/** Counts the requests of each client in a window of time. */
export interface RequestCounts {
  /** Counts a request of a client. The first one begins a window of `windowMs`. */
  count(client: string, windowMs: number): Promise<RequestCount>
}

/** The requests of a client in its window. */
export interface RequestCount {
  readonly requests: number
  /** When the window ends, in ms since 1970. */
  readonly endsAtMs: number
}

/**
 * The outbox of webhooks: what is still to be sent, by any of the servers that share it. A delivery is kept until it is removed, at most
 * two days. Beyond the last 10,000, deliveries are forgotten, the oldest first.
 */
export interface WebhookStore {
  /** Keeps deliveries. One whose id is kept for its address is not kept twice. */
  add(deliveries: readonly WebhookDelivery[]): Promise<void>
  /**
   * Takes all that is the case of some kind now, and keeps the deliveries of what is new: what the last call for this kind did not have,
   * here or at another server. What was the case within the last hour is not new when it comes back.
   */
  addNews(kind: string, now: readonly WebhookNews[]): Promise<void>
  /** Leases deliveries to an address that are due, those due first, and counts an attempt for each. */
  lease(options: WebhookLeaseOptions): Promise<LeasedWebhook[]>
  /**
   * Ends a lease. The delivery is due again after `pauseMs`. Nothing happens where the lease ran out and another server took the
   * delivery, or where it is removed.
   */
  postpone(leased: LeasedWebhook, pauseMs: number): Promise<void>
  /** Forgets a delivery: it was taken or is given up. */
  remove(delivery: Pick<WebhookDelivery, 'id' | 'address'>): Promise<void>
  /** How many deliveries are kept, over all addresses. */
  waiting(): Promise<number>
}

/** An event that is to be sent to an address. */
export interface WebhookDelivery {
  /** Of the event; the same for each address. */
  readonly id: string
  /** Names the address. It is not the address itself, which may contain a secret. */
  readonly address: string
  /** What is sent. */
  readonly body: string
}

/** Something that is the case, which is reported once. */
export interface WebhookNews {
  /** Identifies it among all of its kind. */
  readonly subject: string
  /** What reports it. */
  readonly deliveries: readonly WebhookDelivery[]
}

export interface WebhookLeaseOptions {
  /** As in {@link WebhookDelivery}. */
  readonly address: string
  readonly max: number
  /** After this time, the deliveries are due again, for any server. */
  readonly leaseMs: number
}

export interface LeasedWebhook extends WebhookDelivery {
  /** How often the delivery was leased, this time included. */
  readonly attempt: number
}
