import { z } from '@hono/zod-openapi'
import type { CitedMarkdown, MarkdownCitation } from '../answer/answer-markdown.ts'
import type { OpenAiError } from './errors.ts'
import type { ReplyStream, WordCounts } from './reply.ts'

const annotation = z.object({
  type: z.literal('url_citation'),
  url_citation: z.object({
    start_index: z.int().openapi({
      description: 'Where the quoted words start in the content, in UTF-16 code units',
    }),
    end_index: z.int(),
    url: z.string(),
    title: z.string(),
  }),
})

const usage = z.object({
  prompt_tokens: z
    .int()
    .openapi({ description: 'Words of the question and of the conversation before it' }),
  completion_tokens: z.int().openapi({ description: 'Words of the content' }),
  total_tokens: z.int(),
})

/** A whole reply in the shape of OpenAI's chat completions. */
export const chatCompletion = z
  .object({
    id: z.string(),
    object: z.literal('chat.completion'),
    created: z.int(),
    model: z.string(),
    choices: z.array(
      z.object({
        index: z.int(),
        message: z.object({
          role: z.literal('assistant'),
          content: z.string().openapi({ description: 'The quotes or the refusal, as Markdown' }),
          refusal: z.null(),
          annotations: z.array(annotation),
        }),
        logprobs: z.null(),
        finish_reason: z.literal('stop'),
      }),
    ),
    usage,
  })
  .openapi('ChatCompletion')

type ChatCompletion = z.infer<typeof chatCompletion>

/** What all chunks of a reply have in common. */
export interface ChatHead {
  readonly id: string
  /** In s since 1970. */
  readonly created: number
  readonly model: string
}

/** Makes a whole reply in the shape of OpenAI's chat completions. */
export function toChatCompletion(
  head: ChatHead,
  { text, citations }: CitedMarkdown,
  counts: WordCounts,
): ChatCompletion {
  const annotations = citations.map(toAnnotation)
  const message = { role: 'assistant' as const, content: text, refusal: null, annotations }
  const choice = { index: 0, message, logprobs: null, finish_reason: 'stop' as const }
  return { ...head, object: 'chat.completion', choices: [choice], usage: toUsage(counts) }
}

/** Writes a reply as the chunks of OpenAI's chat completions. */
export class ChatStream implements ReplyStream {
  readonly #head: ChatHead
  readonly #includesUsage: boolean
  readonly #send: (event: string) => void
  readonly #citations: MarkdownCitation[] = []
  #hasBegun = false

  constructor(head: ChatHead, includesUsage: boolean, send: (event: string) => void) {
    this.#head = head
    this.#includesUsage = includesUsage
    this.#send = send
  }

  part({ text, citations }: CitedMarkdown): void {
    if (!this.#hasBegun) this.#delta({ role: 'assistant', content: '', refusal: null })
    this.#hasBegun = true
    this.#delta({ content: text })
    this.#citations.push(...citations)
  }

  end(counts: WordCounts): void {
    // All in one chunk: OpenAI's own client keeps only those of the last chunk that has any.
    if (this.#citations.length > 0) this.#delta({ annotations: this.#citations.map(toAnnotation) })
    this.#delta({}, 'stop')
    if (this.#includesUsage) this.#chunk([], toUsage(counts))
    this.#send('data: [DONE]\n\n')
  }

  /** Ends the reply if the question failed. */
  fail(error: OpenAiError): void {
    this.#send(`data: ${JSON.stringify(error)}\n\n`)
  }

  #delta(delta: object, finishReason: 'stop' | null = null): void {
    this.#chunk([{ index: 0, delta, logprobs: null, finish_reason: finishReason }], null)
  }

  #chunk(choices: readonly object[], counted: object | null): void {
    const chunk = {
      ...this.#head,
      object: 'chat.completion.chunk',
      choices,
      ...(this.#includesUsage && { usage: counted }),
    }
    this.#send(`data: ${JSON.stringify(chunk)}\n\n`)
  }
}

function toAnnotation({ start, end, url, title }: MarkdownCitation): z.infer<typeof annotation> {
  return {
    type: 'url_citation',
    url_citation: { start_index: start, end_index: end, url, title },
  }
}

function toUsage({ read, written }: WordCounts): z.infer<typeof usage> {
  return { prompt_tokens: read, completion_tokens: written, total_tokens: read + written }
}
