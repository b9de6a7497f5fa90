import type { Span } from '../../index/span.ts'
import type { ConversationStore } from '../state/state.ts'
import type { StoredQuote, StoredTurn } from '../state/stored.ts'

/** The document of a quote and the quote's offsets in it. */
export function quoteSpan({ documentId, start, end }: StoredQuote): Span & { documentId: string } {
  return { documentId, start, end }
}

/**
 * The latest turn of a conversation in which this question was asked, as typed, and searched for. Null where there is no
 * such turn or no such conversation.
 */
export async function findTurn(
  conversations: ConversationStore,
  { conversationId, question }: { conversationId: string; question: string },
): Promise<StoredTurn | null> {
  const turns = await conversations.turns(conversationId)
  return turns?.findLast((turn) => turn.searched && turn.question === question) ?? null
}
