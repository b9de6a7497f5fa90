import { DEFAULT_QUOTES } from '../conversation/ask-body.ts'
import type { Reply } from '../conversation/converse.ts'
import type { Service } from '../service.ts'
import type { Collections, KeptQuestion } from '../state/state.ts'

/**
 * Asks a kept question again, as it was read, of what the caller may see. Nothing of it is kept. Rejects as `Service.ask` does.
 */
export async function askAgain(
  { interpretedAs: question }: KeptQuestion,
  collections: Collections,
  { service, signal }: { readonly service: Service; readonly signal: AbortSignal },
): Promise<Reply> {
  const documentIds =
    collections && (await Promise.all(collections.map((name) => service.documentsIn(name)))).flat()
  const request = { question, conversationId: null, documentIds, maxQuotes: DEFAULT_QUOTES }
  return service.ask({ ...request, visible: collections, keep: false, isPrivate: true }, { signal })
}
