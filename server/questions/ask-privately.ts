import { answerToJson } from '../answer/answer-json.ts'
import type { AnswerJson } from '../answer/answer-schema.ts'
import { DEFAULT_QUOTES } from '../conversation/ask-body.ts'
import type { Service } from '../service.ts'

export interface PrivateAsking {
  readonly service: Service
  readonly signal: AbortSignal
  readonly explain: boolean
}

/**
 * Asks for somebody at the desk, with the documents that they may see, as the service has them. Nothing of it is kept, so that what
 * the desk tries does not count as what people ask. Rejects as `Service.ask` does.
 */
export async function askPrivately(
  question: string,
  { service, signal, explain }: PrivateAsking,
): Promise<Omit<AnswerJson, 'conversationId'>> {
  const request = { question, conversationId: null, documentIds: null, maxQuotes: DEFAULT_QUOTES }
  const asked = { ...request, keep: false, isPrivate: true }
  const { answer, interpretedAs } = await service.ask(asked, { signal })
  const { linkTo } = service
  const { conversationId: _none, ...given } = answerToJson(answer, {
    interpretedAs,
    conversationId: '',
    explain,
    linkTo,
  })
  return given
}
