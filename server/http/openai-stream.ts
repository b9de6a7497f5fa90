import { randomUUID } from 'node:crypto'
import type { Context, ErrorHandler } from 'hono'
import type { LinkTo } from '../answer/quote-url.ts'
import type { AskRequest } from '../conversation/converse.ts'
import type { Ask } from '../conversation/question-queue.ts'
import { problemJson, toOpenAiError } from '../openai/errors.ts'
import { askMarkdown, countWords, replyId, type ReplyStream } from '../openai/reply.ts'
import { openEventStream, type Send } from './event-stream.ts'
import { clientSignal } from './node.ts'

/** A question whose reply is streamed. */
export interface StreamedQuestion {
  readonly ask: Ask
  /** Makes the addresses in citations. */
  readonly linkTo: LinkTo
  readonly request: AskRequest
  /** The number of words of the question and of the turns before it. */
  readonly read: number
  /** The address at which people reach this server, without a `/` at its end. */
  readonly baseUrl: string
  /** What the ids of replies begin with, such as `resp_`. */
  readonly prefix: string
  /** Begins to write the reply with this id. */
  readonly open: (id: string, send: Send) => ReplyStream
  /** Makes the response to an error. */
  readonly onError: ErrorHandler
}

/** Asks, and streams the reply. Rejects if the question fails before anything was sent. */
export function streamReply(
  c: Context,
  { ask, linkTo, request, read, baseUrl, prefix, open, onError }: StreamedQuestion,
): Promise<ReadableStream<Uint8Array>> {
  const signal = clientSignal(c)
  const id = idBefore(request, prefix)
  let stream: ReplyStream | null = null
  return openEventStream({
    signal,
    write: async (send) => {
      const early = id === null ? null : open(id, send)
      stream = early
      const reply = await askMarkdown(request, {
        ask,
        linkTo,
        signal,
        baseUrl,
        ...(early && { onPart: (part) => early.part(part) }),
      })
      stream ??= open(replyId(prefix, reply.conversationId), send)
      if (!early) stream.part(reply)
      stream.end({ read, written: countWords(reply.text) })
    },
    fail: async (error, send) => {
      stream ??= open(replyId(prefix, randomUUID()), send)
      const response = await onError(toError(error), c)
      stream.fail(toOpenAiError(problemJson.parse(await response.json())))
    },
  })
}

/** The id of the reply; null if the reply begins a stored conversation, whose id is known only at the end. */
function idBefore({ keep, conversationId }: AskRequest, prefix: string): string | null {
  if (!keep) return replyId(prefix, randomUUID())
  return conversationId === null ? null : replyId(prefix, conversationId)
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error('a question failed', { cause: error })
}
