import { z } from 'zod'
import { answer, type AnswerJson } from '../../server/answer/answer-schema.ts'
import { documentSummary } from '../../server/http/document-routes.ts'
import { type Exchange, exchange } from './exchange.ts'
import { serialise } from './requests.ts'

/** How long a request may take until it counts as hung, in ms: a question is given up after 30 s. */
export const LIMIT = 35_000

/** One of the loopback addresses, each of which is a client of its own to the server. Linux has them all. */
export function clientAddress(n: number): string {
  return `127.0.${1 + (Math.floor(n / 250) % 250)}.${2 + (n % 250)}`
}

/** Asks, from an address of this machine. */
export async function ask(url: string, asked: object, from: string): Promise<Exchange> {
  const bytes = serialise({
    method: 'POST',
    target: '/ask',
    headers: [
      ['Host', new URL(url).host],
      ['Content-Type', 'application/json'],
    ],
    body: Buffer.from(JSON.stringify(asked)),
  })
  return exchange(url, { bytes, isBroken: false }, { from, limit: LIMIT })
}

/** The answer that came, whole; null where another thing did, or nothing. */
export function answerOf({ answers: [first] }: Exchange): AnswerJson | null {
  if (first?.status !== 200) return null
  try {
    return answer.parse(JSON.parse(first.body.toString()))
  } catch {
    return null
  }
}

/** What may be compared of two answers to one question. */
export function essence({ answered, interpretedAs, quotes, closest }: AnswerJson): string {
  return JSON.stringify({ answered, interpretedAs, quotes, closest })
}

/** An answer where nothing else is to be expected, to a client that has asked little else. */
export async function answerTo(url: string, question: string): Promise<AnswerJson> {
  const result = await ask(url, { question }, '127.0.0.1')
  const answered = answerOf(result)
  if (!answered) throw new Error(`${result.answers[0]?.status ?? result.end} for "${question}"`)
  return answered
}

/** The text of each document, by its id. */
export async function textsOf(url: string): Promise<Map<string, string>> {
  const listed: unknown = await (await fetch(`${url}/documents`)).json()
  const texts = new Map<string, string>()
  for (const { id } of z.array(documentSummary).parse(listed)) {
    texts.set(id, await (await fetch(`${url}/documents/${id}/text`)).text())
  }
  return texts
}
