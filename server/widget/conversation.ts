import type { AnswerJson } from '../answer/answer-schema.ts'
import { type Api, ApiError } from './api.ts'
import type { Exchange, Transcript } from './transcript.ts'
import type { Words } from './words.ts'

export const MAX_QUESTION = 1000

/** In ms: a status that was empty for so long is announced anew. */
const PAUSE = 100

/** What happens in a conversation, by the name of its event, with what is told of it. */
export interface Happenings {
  'footnote-ask': { readonly question: string }
  'footnote-answer': { readonly question: string; readonly answer: AnswerJson }
  'footnote-feedback': { readonly question: string; readonly helpful: boolean }
  'footnote-error': { readonly question: string; readonly message: string }
}

/** What a conversation needs of where it is held, which may change with the element's attributes. */
export interface Surroundings {
  readonly api: Api
  /** Ids of the documents to answer from; empty: all of them. */
  readonly documents: readonly string[]
  readonly words: Words
  /** Called after every change of what is shown. */
  readonly changed: () => void
  readonly tell: <Name extends keyof Happenings>(name: Name, detail: Happenings[Name]) => void
}

/** A conversation with the server: one question at a time. */
export class Conversation {
  exchanges: readonly Exchange[] = []
  /** As the server gave it; null before the first answer. */
  id: string | null = null
  /** What is announced to those who do not see it. */
  status = ''
  readonly #surroundings: () => Surroundings
  /** Of no two exchanges the same, those of an earlier conversation included: what is under way may settle later. */
  #lastId = 0
  #asking: AbortController | null = null

  constructor(surroundings: () => Surroundings) {
    this.#surroundings = surroundings
  }

  get isAsking(): boolean {
    return this.#asking !== null
  }

  /** Goes on with what was kept. */
  restore({ conversationId, exchanges }: Transcript): void {
    this.id = conversationId
    this.exchanges = exchanges
    this.#lastId = Math.max(0, ...exchanges.map((exchange) => exchange.id))
  }

  /** Asks a question; resolves when it is settled. Nothing happens while another is under way. */
  async ask(question: string): Promise<void> {
    if (this.#asking) return
    const asking = new AbortController()
    this.#asking = asking
    const id = (this.#lastId += 1)
    const { words, tell } = this.#surroundings()
    this.#set([...this.exchanges, { id, question, outcome: { kind: 'asking' } }], words.working)
    tell('footnote-ask', { question })
    const outcome = await this.#outcomeOf(question, asking.signal)
    // After a new conversation was begun, this one's end is nobody's business.
    if (this.#asking !== asking) return
    this.#asking = null
    this.#settle(id, outcome)
    if (outcome.kind === 'answered') tell('footnote-answer', { question, answer: outcome.answer })
    if (outcome.kind === 'failed') tell('footnote-error', { question, message: outcome.message })
  }

  stop(): void {
    this.#asking?.abort()
  }

  /** Asks once more what was not answered. */
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

  /** Says something that is heard as well: also where the same was said before. */
  announce(status: string): void {
    this.#set(this.exchanges, '')
    setTimeout(() => this.#set(this.exchanges, status), PAUSE)
  }

  /** Says whether an answer helped. */
  async giveFeedback({ id, question }: Exchange, answer: AnswerJson, helpful: boolean) {
    const { api, words, tell } = this.#surroundings()
    try {
      await api.giveFeedback({ conversationId: answer.conversationId, question, helpful })
      this.#settle(id, { kind: 'answered', answer, helpful })
      this.announce(words.thanks)
      tell('footnote-feedback', { question, helpful })
    } catch (error) {
      const message = explain(error, words)
      this.announce(message)
      tell('footnote-error', { question, message })
    }
  }

  async #outcomeOf(question: string, signal: AbortSignal): Promise<Exchange['outcome']> {
    const { api, documents, words } = this.#surroundings()
    try {
      const answer = await api.ask({ question, conversationId: this.id, documents }, signal)
      if (signal.aborted) return { kind: 'stopped' }
      this.id = answer.conversationId
      return { kind: 'answered', answer, helpful: null }
    } catch (error) {
      if (signal.aborted) return { kind: 'stopped' }
      const isNotFound = error instanceof ApiError && error.status === 404 && !error.namesField
      const isForgotten = isNotFound && this.id !== null
      if (isForgotten) this.id = null
      const message = isForgotten ? words.forgotten : explain(error, words)
      return { kind: 'failed', message }
    }
  }

  #settle(id: number, outcome: Exchange['outcome']): void {
    const exchanges = this.exchanges.map((exchange) =>
      exchange.id === id ? { ...exchange, outcome } : exchange,
    )
    this.#set(exchanges, '')
  }

  #set(exchanges: readonly Exchange[], status: string): void {
    this.exchanges = exchanges
    this.status = status
    this.#surroundings().changed()
  }
}

function explain(error: unknown, words: Words): string {
  if (!(error instanceof ApiError)) return words.failed
  return error.detail ?? (error.status === null ? words.unreachable : words.failed)
}
