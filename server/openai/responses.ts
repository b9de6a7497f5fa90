import { z } from '@hono/zod-openapi'
import type { CitedMarkdown, MarkdownCitation } from '../answer/answer-markdown.ts'
import type { OpenAiError } from './errors.ts'
import type { ReplyStream, WordCounts } from './reply.ts'

const annotation = z.object({
  type: z.literal('url_citation'),
  start_index: z.int().openapi({
    description: 'Where the quoted words start in the text, in UTF-16 code units',
  }),
  end_index: z.int(),
  url: z.string(),
  title: z.string(),
})

const outputText = z.object({
  type: z.literal('output_text'),
  text: z.string().openapi({ description: 'The quotes or the refusal, as Markdown' }),
  annotations: z.array(annotation),
  logprobs: z.array(z.unknown()).max(0),
})

const outputMessage = z.object({
  type: z.literal('message'),
  id: z.string(),
  status: z.enum(['in_progress', 'completed']),
  role: z.literal('assistant'),
  content: z.array(outputText),
})

const usage = z.object({
  input_tokens: z
    .int()
    .openapi({ description: 'Words of the question and of the conversation before it' }),
  input_tokens_details: z.object({ cached_tokens: z.int() }),
  output_tokens: z.int().openapi({ description: 'Words of the text' }),
  output_tokens_details: z.object({ reasoning_tokens: z.int() }),
  total_tokens: z.int(),
})

/** A reply in the shape of OpenAI's Responses API. */
export const response = z
  .object({
    id: z.string(),
    object: z.literal('response'),
    created_at: z.int(),
    status: z.enum(['in_progress', 'completed']),
    model: z.string(),
    previous_response_id: z.string().nullable(),
    store: z.boolean(),
    output: z.array(outputMessage),
    usage: usage.nullable(),
    background: z.literal(false),
    error: z.null(),
    incomplete_details: z.null(),
    instructions: z.null(),
    max_output_tokens: z.null(),
    metadata: z.object({}),
    parallel_tool_calls: z.literal(false),
    temperature: z.null(),
    text: z.object({ format: z.object({ type: z.literal('text') }) }),
    tool_choice: z.literal('none'),
    tools: z.array(z.unknown()).max(0),
    top_p: z.null(),
    truncation: z.literal('disabled'),
  })
  .openapi('Response')

type Response = z.infer<typeof response>

/** What a response has in every state. */
export interface ResponseHead {
  readonly id: string
  /** In s since 1970. */
  readonly created: number
  readonly model: string
  readonly previousResponseId: string | null
  readonly store: boolean
  /** The id of its only message. */
  readonly messageId: string
}

/** Makes a whole reply in the shape of OpenAI's Responses API. */
export function toResponse(head: ResponseHead, text: CitedMarkdown, counts: WordCounts): Response {
  const output = [toMessage(head, 'completed', [toOutputText(text)])]
  return { ...toEmptyResponse(head), status: 'completed', output, usage: toUsage(counts) }
}

/** Writes a reply as the events of OpenAI's Responses API. */
export class ResponseStream implements ReplyStream {
  readonly #head: ResponseHead
  readonly #send: (event: string) => void
  readonly #citations: MarkdownCitation[] = []
  #text = ''
  #sequenceNumber = 0

  constructor(head: ResponseHead, send: (event: string) => void) {
    this.#head = head
    this.#send = send
  }

  part({ text, citations }: CitedMarkdown): void {
    if (this.#sequenceNumber === 0) this.#begin()
    this.#text += text
    this.#textEvent('response.output_text.delta', { delta: text, logprobs: [] })
    for (const citation of citations) {
      this.#textEvent('response.output_text.annotation.added', {
        annotation_index: this.#citations.length,
        annotation: toAnnotation(citation),
      })
      this.#citations.push(citation)
    }
  }

  end(counts: WordCounts): void {
    const whole = { text: this.#text, citations: this.#citations }
    this.#textEvent('response.output_text.done', { text: this.#text, logprobs: [] })
    this.#textEvent('response.content_part.done', { part: toOutputText(whole) })
    const completed = toResponse(this.#head, whole, counts)
    this.#event('response.output_item.done', { output_index: 0, item: completed.output[0] })
    this.#event('response.completed', { response: completed })
  }

  /** Ends the reply if the question failed. */
  fail({ error }: OpenAiError): void {
    // Some clients read the fields of the event, others those in `error`.
    const { code, message, param } = error
    this.#event('error', { code, message, param, error })
  }

  #begin(): void {
    const empty = toEmptyResponse(this.#head)
    this.#event('response.created', { response: empty })
    this.#event('response.in_progress', { response: empty })
    const item = toMessage(this.#head, 'in_progress', [])
    this.#event('response.output_item.added', { output_index: 0, item })
    const part = toOutputText({ text: '', citations: [] })
    this.#textEvent('response.content_part.added', { part })
  }

  #textEvent(type: string, fields: object): void {
    const place = { item_id: this.#head.messageId, output_index: 0, content_index: 0 }
    this.#event(type, { ...place, ...fields })
  }

  #event(type: string, fields: object): void {
    const event = { type, sequence_number: this.#sequenceNumber, ...fields }
    this.#sequenceNumber += 1
    this.#send(`event: ${type}\ndata: ${JSON.stringify(event)}\n\n`)
  }
}

function toEmptyResponse({
  id,
  created,
  model,
  previousResponseId,
  store,
}: ResponseHead): Response {
  return {
    id,
    object: 'response',
    created_at: created,
    status: 'in_progress',
    model,
    previous_response_id: previousResponseId,
    store,
    output: [],
    usage: null,
    background: false,
    error: null,
    incomplete_details: null,
    instructions: null,
    max_output_tokens: null,
    metadata: {},
    parallel_tool_calls: false,
    temperature: null,
    text: { format: { type: 'text' } },
    tool_choice: 'none',
    tools: [],
    top_p: null,
    truncation: 'disabled',
  }
}

function toMessage(
  { messageId }: ResponseHead,
  status: 'in_progress' | 'completed',
  content: z.infer<typeof outputText>[],
): z.infer<typeof outputMessage> {
  return { type: 'message', id: messageId, status, role: 'assistant', content }
}

function toOutputText({ text, citations }: CitedMarkdown): z.infer<typeof outputText> {
  return { type: 'output_text', text, annotations: citations.map(toAnnotation), logprobs: [] }
}

function toAnnotation({ start, end, url, title }: MarkdownCitation): z.infer<typeof annotation> {
  return { type: 'url_citation', start_index: start, end_index: end, url, title }
}

function toUsage({ read, written }: WordCounts): z.infer<typeof usage> {
  return {
    input_tokens: read,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: written,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: read + written,
  }
}
