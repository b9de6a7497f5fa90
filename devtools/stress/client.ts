import { z } from 'zod'
import { answer, type AnswerJson } from '../../server/answer/answer-schema.ts'
import { documentSummary } from '../../server/http/document-routes.ts'
import { type Exchange, exchange } from './exchange.ts'
import { serialise } from './requests.ts'

/** The time after which a request counts as hung. The server gives up on a question after 30 s. */
export const HUNG_AFTER_MS = 35_000

/**
 * The nth loopback address. The server takes each of them for another client. Linux has them all.
 */
export function clientAddress(n: number): string {
  return `127.0.${1 + (Math.floor(n / 250) % 250)}.${2 + (n % 250)}`
}

/** Posts the body of a question from a local address. */
export async function ask(url: string, body: object, from: string): Promise<Exchange> {
  const bytes = serialise({
    method: 'POST',
    target: '/ask',
    headers: [
      ['Host', new URL(url).host],
      ['Content-Type', 'application/json'],
    ],
    body: Buffer.from(JSON.stringify(body)),
  })
  return exchange(url, { bytes, isMalformed: false }, { from, limitMs: HUNG_AFTER_MS })
}

/** The answer that came back; null where none did, or only a part of it. */
export function answerIn({ responses: [first] }: Exchange): AnswerJson | null {
  if (first?.status !== 200) return null
  try {
    return answer.parse(JSON.parse(first.body.toString()))
  } catch {
    return null
  }
}

/** The parts of an answer that are the same in every conversation. */
export function comparable(given: AnswerJson): string {
  const { answered, interpretedAs, quotes, alsoOnThis, closest } = given
  return JSON.stringify({ answered, interpretedAs, quotes, alsoOnThis, closest })
}

/**
 * Asks a question that must be answered, as a client that sends few requests. Throws where it is
 * not.
 */
export async function answerTo(url: string, question: string): Promise<AnswerJson> {
  const result = await ask(url, { question }, '127.0.0.1')
  const answered = answerIn(result)
  if (answered) return answered
  const [first] = result.responses
  throw new Error(
    `"${question}" was not answered: ${first ? `status ${first.status}` : result.end}`,
  )
}

/** The text of each document, by the document's id. */
export async function documentTexts(url: string): Promise<Map<string, string>> {
  const documents: unknown = await (await fetch(`${url}/documents`)).json()
  const texts = new Map<string, string>()
  for (const { id } of z.array(documentSummary).parse(documents)) {
    texts.set(id, await (await fetch(`${url}/documents/${id}/text`)).text())
  }
  return texts
}
