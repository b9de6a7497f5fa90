import { covers, type VisibleCollections } from '../access/caller.ts'
import type { ConversationStore } from '../state/state.ts'

/**
 * The same conversations for somebody who may see only these collections. A conversation is unknown to them if one of its questions
 * was asked by somebody who may see others: its quotes may come from there.
 */
export function conversationsWithin(
  conversations: ConversationStore,
  visible: VisibleCollections,
): ConversationStore {
  const find = async (id: string) => {
    const found = await conversations.find(id)
    const isVisible = found?.turns.every((turn) => covers(visible, turn.visible))
    return isVisible ? found : null
  }
  return {
    begin: (turn, id) => conversations.begin({ ...turn, visible }, id),
    find,
    add: (id, turn, version) => conversations.add(id, { ...turn, visible }, version),
    forget: async (id) => (await find(id)) !== null && conversations.forget(id),
    unanswered: () => conversations.unanswered(),
  }
}
