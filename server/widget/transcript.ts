import type { AnswerJson, QuoteJson } from '../answer/answer-schema.ts'
import { isAnswer } from './api.ts'

/** What is known of an answer before it is complete. */
export interface KnownAnswer {
  /** What is searched for; null if that is not known yet. */
  readonly interpretedAs: string | null
  readonly quotes: readonly QuoteJson[]
}

/** A question of a conversation, with its outcome. */
export interface Exchange {
  /** Identifies the exchange in its element. */
  readonly id: number
  readonly question: string
  readonly outcome:
    | { readonly kind: 'asking'; readonly known: KnownAnswer }
    | { readonly kind: 'stopped' }
    | { readonly kind: 'failed'; readonly message: string }
    | { readonly kind: 'answered'; readonly answer: AnswerJson; readonly helpful: boolean | null }
}

/** A conversation as it is stored while the tab is open. */
export interface Transcript {
  readonly conversationId: string | null
  readonly exchanges: readonly Exchange[]
  /** Whether the window is open. */
  readonly isOpen: boolean
}

/** Raised with every change of `Transcript`. Transcripts of other versions are ignored. */
const VERSION = 4

/** Stores a transcript over page loads, where the browser allows it. */
export function transcriptStore(endpoint: string): {
  read(): Transcript | null
  write(transcript: Transcript): void
} {
  const key = `footnote:${VERSION}:${endpoint}`
  return {
    read() {
      try {
        const stored: Transcript | null = JSON.parse(sessionStorage.getItem(key) ?? 'null')
        const exchanges = stored?.exchanges.map(afterPageLoad)
        return stored && exchanges?.every(isComplete) ? { ...stored, exchanges } : null
      } catch {
        return null
      }
    },
    write(transcript) {
      try {
        sessionStorage.setItem(key, JSON.stringify(transcript))
      } catch {
        // There is no storage, or it is full. The conversation then ends with the page.
      }
    },
  }
}

function isComplete({ outcome }: Exchange): boolean {
  return outcome.kind !== 'answered' || isAnswer(outcome.answer)
}

/** A question that was being asked when the page was left counts as stopped. */
function afterPageLoad(exchange: Exchange): Exchange {
  return exchange.outcome.kind === 'asking'
    ? { ...exchange, outcome: { kind: 'stopped' } }
    : exchange
}
