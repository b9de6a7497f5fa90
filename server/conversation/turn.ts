import type { Span } from '../../index/span.ts'
import type { ConversationStore } from '../state/state.ts'
import type { StoredQuote, StoredTurn } from '../state/stored.ts'

/** The place of a quote in the documents. */
export function spanOf({ documentId, start, end }: StoredQuote): Span & { documentId: string } {
  return { documentId, start, end }
}

/** The last turn of a conversation in which a question was asked and searched for; null where there is none. */
export async function turnOf(
  conversations: ConversationStore,
  { conversationId, question }: { conversationId: string; question: string },
): Promise<StoredTurn | null> {
  const turns = await conversations.turns(conversationId)
  return turns?.findLast((turn) => turn.searched && turn.question === question) ?? null
}
