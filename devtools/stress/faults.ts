import { answer } from '../../server/answer/answer-schema.ts'
import { type Answer, field } from './answers.ts'
import type { Exchange } from './exchange.ts'

/** What no response may have in it: its name for people, and the text. */
export interface Secret {
  readonly what: string
  readonly text: string
}

export interface Rules {
  readonly secrets: readonly Secret[]
  /** The text of each document, by its id. */
  readonly texts: ReadonlyMap<string, string>
}

const STACK = /^\s+at .+:\d+:\d+\)?$/m
const PROBLEM = 'application/problem+json'

/** What is wrong with what came of a request; empty where nothing is. */
export function faultsOf({ request, answers, end }: Exchange, rules: Rules): string[] {
  const faults = answers.flatMap((one) => faultsOfAnswer(one, rules))
  if (end === 'hung' || end === 'refused') faults.push(`the connection was ${end}`)
  else if (answers.length === 0 && !request.isBroken) faults.push('no answer')
  return faults
}

function faultsOfAnswer(given: Answer, { secrets, texts }: Rules): string[] {
  const { status, head, body } = given
  const text = body.toString()
  const faults = secrets
    .filter((secret) => head.includes(secret.text) || text.includes(secret.text))
    .map(({ what }) => `it shows ${what}`)
  if (STACK.test(text) || STACK.test(head)) faults.push('it shows a stack')
  if (status === 0 || (status >= 500 && status !== 503)) faults.push(`status ${status}`)
  if (status === 503 && field(given, 'Retry-After') === '') faults.push('503 without Retry-After')
  const type = field(given, 'Content-Type')
  if (status >= 400 && body.length > 0 && type !== PROBLEM && !type.startsWith('text/html')) {
    faults.push(`status ${status} as ${type}`)
  }
  if (status === 200 && text.startsWith('{"answered":')) faults.push(...misquotes(text, texts))
  return faults
}

/** An answer is quotes, and a quote is what stands in the document at its place. */
function misquotes(body: string, texts: Rules['texts']): string[] {
  const { success, data } = answer.safeParse(JSON.parse(body))
  if (!success) return ['an answer that is none']
  return [...data.quotes, ...data.closest].flatMap(({ text, citation }) => {
    const { documentId, start, end } = citation
    return texts.get(documentId)?.slice(start, end) === text ? [] : ['a quote that is not there']
  })
}
