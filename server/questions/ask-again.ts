import { DEFAULT_QUOTES } from '../conversation/ask-body.ts'
import type { Reply } from '../conversation/converse.ts'
import type { Service } from '../service.ts'
import type { KeptQuestion } from '../state/state.ts'

/**
 * Asks a kept question again, as it was read, with the documents that the caller may see, as the service has them. Nothing of it is
 * kept. Rejects as `Service.ask` does.
 */
export async function askAgain(
  { interpretedAs: question }: KeptQuestion,
  { service, signal }: { readonly service: Service; readonly signal: AbortSignal },
): Promise<Reply> {
  const request = { question, conversationId: null, documentIds: null, maxQuotes: DEFAULT_QUOTES }
  return service.ask({ ...request, keep: false, isPrivate: true }, { signal })
}
