import { setTimeout } from 'node:timers/promises'
import { foldSpace } from '../../presentation/fold-space.ts'
import { type AnswerJson, answer } from '../../server/answer/answer-schema.ts'

/** How many clients ask at the same time in the measurements of concurrent clients. */
export const CONCURRENT_CLIENTS = 64

/** Asks over HTTP. Throws if the response is not an answer. */
export async function ask(url: string, question: string, explain = false): Promise<AnswerJson> {
  const response = await postQuestion(url, question, explain)
  if (!response.ok) throw new Error(`status ${response.status} for the question "${question}"`)
  return answer.parse(await response.json())
}

/**
 * Asks over HTTP, and asks again after each 503 as its `Retry-After` says. Throws for any other
 * status but 200.
 */
export async function askUntilAnswered(url: string, question: string): Promise<AnswerJson> {
  for (;;) {
    const response = await postQuestion(url, question)
    const body: unknown = await response.json()
    if (response.ok) return answer.parse(body)
    if (response.status !== 503) {
      throw new Error(`status ${response.status} for the question "${question}"`)
    }
    await setTimeout(Number(response.headers.get('Retry-After')) * 1000 * (0.5 + Math.random()))
  }
}

/** Posts a question, and gives the response whatever its status. */
export function postQuestion(url: string, question: string, explain = false): Promise<Response> {
  return fetch(`${url}/ask`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ question, explain }),
  })
}

/** The texts that the models were given for a question. */
export interface ModelTexts {
  /** Those that the cross-encoder scored. */
  readonly scored: readonly string[]
  /** Those that the reader read. */
  readonly read: readonly string[]
}

/**
 * The texts that the models were given for an explained answer. Each begins with the title of the
 * shipped document, which has no headings.
 */
export function modelTexts({ explanation, quotes, closest }: AnswerJson): ModelTexts {
  const title = [...quotes, ...closest][0]?.citation.title ?? ''
  const withTitle = ({ text }: { text: string }) => foldSpace(`${title}: ${text}`)
  const { candidates = [], windows = [] } = explanation ?? {}
  return {
    scored: candidates.filter(({ logit }) => logit !== null).map(withTitle),
    read: windows.map(withTitle),
  }
}
