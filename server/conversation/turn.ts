import type { Context } from '../../index/retrieval/context.ts'
import type { Span } from '../../index/span.ts'
import type { ConversationStore } from '../state/state.ts'
import type { StoredQuote, StoredTurn } from '../state/stored.ts'

/** A quote that was shown, with the fields that the reading of later questions needs. */
export type PastQuote = Pick<
  StoredQuote,
  'documentId' | 'start' | 'end' | 'text' | 'title' | 'heading'
>

/** A turn of a conversation, with the fields that the reading of later questions needs. */
export interface PastTurn extends Pick<
  StoredTurn,
  'question' | 'interpretedAs' | 'added' | 'searched'
> {
  readonly quotes: readonly PastQuote[]
  readonly alsoOnThis: readonly PastQuote[]
  readonly closest: readonly PastQuote[]
}

/** The document of a quote and the quote's offsets in it. */
export function quoteSpan({ documentId, start, end }: PastQuote): Span & { documentId: string } {
  return { documentId, start, end }
}

/** What a question takes from the turns before it; null where there are none. `typed` is the question without what was added. */
export function contextAfter(turns: readonly PastTurn[], typed: string): Context | null {
  if (turns.length === 0) return null
  return {
    typed,
    documentId: shownDocumentId(turns) ?? null,
    shown: turns.flatMap(({ quotes }) => quotes.slice(0, 1).map(quoteSpan)),
  }
}

/** The document of the first quote that was shown last, in an answer or as the closest one. */
export function shownDocumentId(turns: readonly PastTurn[]): string | undefined {
  const [first] = turns
    .flatMap(({ quotes, closest }) => [...quotes, ...closest].slice(0, 1))
    .slice(-1)
  return first?.documentId
}

/**
 * The latest turn of a conversation in which this question was asked, as typed, and searched for. Null where there is no
 * such turn or no such conversation.
 */
export async function findTurn(
  conversations: ConversationStore,
  { conversationId, question }: { conversationId: string; question: string },
): Promise<StoredTurn | null> {
  const conversation = await conversations.find(conversationId)
  return conversation?.turns.findLast((turn) => turn.searched && turn.question === question) ?? null
}

/** The turn that a request made when it came before; null where it made none. */
export function turnOfRequest(
  turns: readonly StoredTurn[],
  requestId: string | null,
): StoredTurn | null {
  if (requestId === null) return null
  return turns.find((turn) => turn.requestId === requestId) ?? null
}
