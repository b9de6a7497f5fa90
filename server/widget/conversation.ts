import type { AnswerJson } from '../answer/answer-schema.ts'
import { type Api, ApiError, type AskProgress } from './api.ts'
import type { Exchange, KnownAnswer, Transcript } from './transcript.ts'
import type { Words } from './words.ts'

/** The maximum length of a question, as the server limits it. */
export const MAX_QUESTION = 1000

/** Screen readers announce a status again after it was empty for this long. */
const STATUS_PAUSE_MS = 100

const NOTHING_KNOWN: KnownAnswer = { interpretedAs: null, quotes: [] }

/** The details of the events of a conversation, by the name of the event. */
export interface ConversationEvents {
  'footnote-ask': { readonly question: string }
  'footnote-answer': { readonly question: string; readonly answer: AnswerJson }
  'footnote-feedback': { readonly question: string; readonly helpful: boolean }
  'footnote-error': { readonly question: string; readonly message: string }
}

/** What a conversation gets from its element. It changes with the element's attributes. */
export interface ConversationContext {
  readonly api: Api
  /** The ids of the documents to answer from; empty for all documents. */
  readonly documents: readonly string[]
  /** The collections to answer from as well. */
  readonly collections: readonly string[]
  readonly words: Words
  /** Called after every change of what is shown. */
  readonly changed: () => void
  /** Dispatches an event. */
  readonly dispatch: <Name extends keyof ConversationEvents>(
    name: Name,
    detail: ConversationEvents[Name],
  ) => void
}

/** A conversation with the server, with one question at a time. It has no user interface. */
export class Conversation {
  exchanges: readonly Exchange[] = []
  /** The id that the server gave; null before the first answer. */
  id: string | null = null
  /** A message that screen readers announce. */
  status = ''
  readonly #context: () => ConversationContext
  /**
   * Ids are not used again in a later conversation, because a request of an earlier one may end
   * after it began.
   */
  #lastId = 0
  #asking: AbortController | null = null

  constructor(context: () => ConversationContext) {
    this.#context = context
  }

  get isAsking(): boolean {
    return this.#asking !== null
  }

  /** Continues a conversation from its transcript. */
  restore({ conversationId, exchanges }: Transcript): void {
    this.id = conversationId
    this.exchanges = exchanges
    this.#lastId = Math.max(0, ...exchanges.map((exchange) => exchange.id))
  }

  /**
   * Asks a question; resolves when it is answered, stopped or failed. Does nothing while another
   * question is being asked.
   */
  async ask(question: string): Promise<void> {
    if (this.#asking) return
    const asking = new AbortController()
    this.#asking = asking
    const id = (this.#lastId += 1)
    const { words, dispatch } = this.#context()
    const outcome: Exchange['outcome'] = { kind: 'asking', known: NOTHING_KNOWN }
    this.#set([...this.exchanges, { id, question, outcome }], words.working)
    dispatch('footnote-ask', { question })
    const settled = await this.#outcomeOf(question, asking.signal, this.#showKnown(id, asking))
    // A new conversation has begun meanwhile, so the result is dropped.
    if (this.#asking !== asking) return
    this.#asking = null
    this.#settle(id, settled)
    if (settled.kind === 'answered')
      dispatch('footnote-answer', { question, answer: settled.answer })
    if (settled.kind === 'failed')
      dispatch('footnote-error', { question, message: settled.message })
  }

  /** Stops the question that is being asked. */
  stop(): void {
    this.#asking?.abort()
  }

  /** Asks a question again that was not answered. */
  async retry({ id, question }: Exchange): Promise<void> {
    if (this.#asking) return
    this.exchanges = this.exchanges.filter((exchange) => exchange.id !== id)
    await this.ask(question)
  }

  /** Begins a new conversation. */
  reset(): void {
    this.stop()
    this.#asking = null
    this.id = null
    this.#set([], '')
  }

  /** Shows a status that screen readers announce, even if it is the same as before. */
  announce(status: string): void {
    this.#set(this.exchanges, '')
    setTimeout(() => this.#set(this.exchanges, status), STATUS_PAUSE_MS)
  }

  /** Sends whether an answer helped. */
  async giveFeedback({ id, question }: Exchange, answer: AnswerJson, helpful: boolean) {
    const { api, words, dispatch } = this.#context()
    try {
      await api.giveFeedback({ conversationId: answer.conversationId, question, helpful })
      this.#settle(id, { kind: 'answered', answer, helpful })
      this.announce(words.thanks)
      dispatch('footnote-feedback', { question, helpful })
    } catch (error) {
      const message = messageOf(error, words)
      this.announce(message)
      dispatch('footnote-error', { question, message })
    }
  }

  /** Shows what is known of an answer as it comes, as long as its question is being asked. */
  #showKnown(id: number, asking: AbortController): AskProgress {
    let known = NOTHING_KNOWN
    const show = (now: KnownAnswer) => {
      known = now
      if (this.#asking !== asking || asking.signal.aborted) return
      this.#change(id, { kind: 'asking', known }, this.status)
    }
    return {
      onReading: (interpretedAs) => show({ interpretedAs, quotes: [] }),
      onQuote: (quote) => show({ ...known, quotes: [...known.quotes, quote] }),
    }
  }

  async #outcomeOf(
    question: string,
    signal: AbortSignal,
    progress: AskProgress,
  ): Promise<Exchange['outcome']> {
    const { api, documents, collections, words } = this.#context()
    try {
      const asked = { question, conversationId: this.id, documents, collections }
      const answer = await api.ask(asked, signal, progress)
      if (signal.aborted) return { kind: 'stopped' }
      this.id = answer.conversationId
      return { kind: 'answered', answer, helpful: null }
    } catch (error) {
      if (signal.aborted) return { kind: 'stopped' }
      const isNotFound = error instanceof ApiError && error.status === 404 && !error.namesField
      const isForgotten = isNotFound && this.id !== null
      if (isForgotten) this.id = null
      const message = isForgotten ? words.forgotten : messageOf(error, words)
      return { kind: 'failed', message }
    }
  }

  #settle(id: number, outcome: Exchange['outcome']): void {
    this.#change(id, outcome, '')
  }

  #change(id: number, outcome: Exchange['outcome'], status: string): void {
    const exchanges = this.exchanges.map((exchange) =>
      exchange.id === id ? { ...exchange, outcome } : exchange,
    )
    this.#set(exchanges, status)
  }

  #set(exchanges: readonly Exchange[], status: string): void {
    this.exchanges = exchanges
    this.status = status
    this.#context().changed()
  }
}

/** An error, as the user is told of it. */
function messageOf(error: unknown, words: Words): string {
  if (!(error instanceof ApiError)) return words.failed
  return error.detail ?? (error.status === null ? words.unreachable : words.failed)
}
