import type { AnswerJson } from '../answer/answer-schema.ts'
import { isAnswer } from './api.ts'

/** A question of a conversation, and what came of it. */
export interface Exchange {
  readonly id: number
  readonly question: string
  readonly outcome:
    | { readonly kind: 'asking' }
    | { readonly kind: 'stopped' }
    | { readonly kind: 'failed'; readonly message: string }
    | { readonly kind: 'answered'; readonly answer: AnswerJson; readonly helpful: boolean | null }
}

/** What is kept of a conversation while the tab is open. */
export interface Transcript {
  readonly conversationId: string | null
  readonly exchanges: readonly Exchange[]
  readonly isOpen: boolean
}

/** Raised with every change of `Transcript`: what an older version kept is forgotten. */
const VERSION = 1

/** Keeps a transcript over page loads, where the browser allows it. */
export function transcriptStore(endpoint: string): {
  read(): Transcript | null
  write(transcript: Transcript): void
} {
  const key = `footnote:${VERSION}:${endpoint}`
  return {
    read() {
      try {
        const kept: Transcript | null = JSON.parse(sessionStorage.getItem(key) ?? 'null')
        const exchanges = kept?.exchanges.map(afterLoad)
        return kept && exchanges?.every(isWhole) ? { ...kept, exchanges } : null
      } catch {
        return null
      }
    },
    write(transcript) {
      try {
        sessionStorage.setItem(key, JSON.stringify(transcript))
      } catch {
        // No storage, or it is full: the conversation then ends with the page.
      }
    },
  }
}

function isWhole({ outcome }: Exchange): boolean {
  return outcome.kind !== 'answered' || isAnswer(outcome.answer)
}

/** A question that was under way when the page was left is one that was stopped. */
function afterLoad(exchange: Exchange): Exchange {
  return exchange.outcome.kind === 'asking'
    ? { ...exchange, outcome: { kind: 'stopped' } }
    : exchange
}
