import { answer, type AnswerJson, type Citation } from '../../server/answer/answer-schema.ts'
import type { Exchange } from './exchange.ts'
import { headerField, type Response } from './responses.ts'

/** A text that no response may contain. */
export interface Secret {
  /** Its name in a report of faults. */
  readonly what: string
  readonly text: string
}

/** What responses are checked against. */
export interface Rules {
  readonly secrets: readonly Secret[]
  /** The text of each document, by the document's id. */
  readonly texts: ReadonlyMap<string, string>
}

const STACK_LINE = /^\s+at .+:\d+:\d+\)?$/m
const PROBLEM = 'application/problem+json'
/** How errors below /v1 begin. */
const OPENAI_ERROR = '{"error":{"message":'
/** An error of the Model Context Protocol. */
const JSON_RPC_ERROR = /^\{[^{]*"error":\{"code":-?\d+/

/** What is wrong with the responses to a request; empty where nothing is. */
export function faultsOf({ request, responses, end }: Exchange, rules: Rules): string[] {
  const faults = responses.flatMap((response) => faultsOfResponse(response, rules))
  if (end === 'hung' || end === 'refused') faults.push(`the connection was ${end}`)
  else if (responses.length === 0 && !request.isMalformed) faults.push('no answer')
  return faults
}

function faultsOfResponse(response: Response, { secrets, texts }: Rules): string[] {
  const { status, head, body } = response
  const text = body.toString()
  const faults = secrets
    .filter((secret) => head.includes(secret.text) || text.includes(secret.text))
    .map(({ what }) => `it shows ${what}`)
  if (STACK_LINE.test(text) || STACK_LINE.test(head)) faults.push('it shows a stack')
  if (status === 0 || (status >= 500 && status !== 503)) faults.push(`status ${status}`)
  if (status === 503 && headerField(response, 'Retry-After') === '') {
    faults.push('503 without Retry-After')
  }
  const type = headerField(response, 'Content-Type')
  const isError =
    type === PROBLEM ||
    type.startsWith('text/html') ||
    text.startsWith(OPENAI_ERROR) ||
    JSON_RPC_ERROR.test(text)
  if (status >= 400 && body.length > 0 && !isError) {
    faults.push(`status ${status} as ${type}`)
  }
  if (status === 200 && text.startsWith('{"answered":')) faults.push(...misquotesIn(text, texts))
  return faults
}

/** Checks the quotes of a response whose body is an answer. */
function misquotesIn(body: string, texts: Rules['texts']): string[] {
  const { success, data } = answer.safeParse(JSON.parse(body))
  if (!success) return ['an answer that does not match its schema']
  return misquotes(data, ({ documentId }) => texts.get(documentId))
}

/** Checks that every quote of an answer is the text of its document at the offsets it gives. `textOf` gives what a citation cites. */
export function misquotes(
  { quotes, alsoOnThis, closest }: AnswerJson,
  textOf: (citation: Citation) => string | undefined,
): string[] {
  return [...quotes, ...alsoOnThis, ...closest].flatMap((quote) => {
    const { start, end } = quote.citation
    const { highlight } = quote
    if (textOf(quote.citation)?.slice(start, end) !== quote.text) {
      return ['a quote that is not in its document']
    }
    const isInside = !highlight || (start <= highlight.start && highlight.end <= end)
    return isInside ? [] : ['a highlight that is not in its quote']
  })
}
