import { z } from '@hono/zod-openapi'
import type { Context, ErrorHandler } from 'hono'
import type { LinkTo } from '../answer/quote-url.ts'
import { answerToJson, quoteToJson } from '../answer/answer-json.ts'
import { answer, quote } from '../answer/answer-schema.ts'
import type { AskProgress, Reply } from '../conversation/converse.ts'
import { EVENT_STREAM_HEADERS, openEventStream } from './event-stream.ts'
import { problem } from './problem.ts'

/** An event of a streamed answer, for the description of the API: its name, and its data as JSON. */
export const answerEvent = z
  .discriminatedUnion('event', [
    z.object({ event: z.literal('reading'), data: z.object({ interpretedAs: z.string() }) }),
    z.object({ event: z.literal('quote'), data: quote }),
    z.object({ event: z.literal('end'), data: answer }),
    z.object({ event: z.literal('error'), data: problem }),
  ])
  .openapi('AnswerEvent', {
    description:
      'Server-sent events, each with its name in `event` and JSON in `data`. `reading`: what is searched for, before the search; not sent if nothing is searched for. `quote`: a quote that answers, best first; none is taken back. `end`: the whole answer, with everything that came before. `error`: in place of `end`, a problem that came after the first event, with `retry` (in ms) if the request may be sent again. Comments keep a waiting connection open.',
  })

type AnswerEvent = z.infer<typeof answerEvent>

/** How to stream an answer. */
export interface AnswerStreamOptions {
  /** Whether the answer has its explanation. */
  readonly explain: boolean
  /** Turns an error that comes after the first event into a problem. */
  readonly onError: ErrorHandler
  /** Makes the addresses in citations. */
  readonly linkTo: LinkTo
  /** Aborted when the client has left. */
  readonly signal: AbortSignal
}

/**
 * Answers with events, each as soon as it is known. Rejects if `ask` fails before the first event, so that the client gets a
 * response with the status of the error. `ask` must end when the client leaves.
 */
export async function streamAnswer(
  c: Context,
  ask: (progress: AskProgress) => Promise<Reply>,
  { explain, linkTo, onError, signal }: AnswerStreamOptions,
): Promise<Response> {
  const stream = await openEventStream({
    signal,
    write: async (send) => {
      const reply = await ask({
        onReading: (interpretedAs) =>
          send(eventText({ event: 'reading', data: { interpretedAs } })),
        onAnswer: ({ quotes }) => {
          const shown = quotes.map((cited, i) => quoteToJson(cited, i, linkTo))
          for (const data of shown) send(eventText({ event: 'quote', data }))
        },
      })
      const data = answerToJson(reply.answer, { ...reply, explain, linkTo })
      send(eventText({ event: 'end', data }))
    },
    fail: async (error, send) => {
      if (!(error instanceof Error)) throw error
      send(await errorText(await onError(error, c)))
    },
  })
  return c.body(stream, 200, EVENT_STREAM_HEADERS)
}

/** A problem as the event that ends a stream; `retry` has the pause of its `Retry-After`, in ms. */
async function errorText(response: Response): Promise<string> {
  const data = problem.parse(await response.json())
  const seconds = response.headers.get('Retry-After')
  const retry = seconds === null ? '' : `retry: ${Number(seconds) * 1000}\n`
  return retry + eventText({ event: 'error', data })
}

/** An event as it is sent. `JSON.stringify` writes no line breaks, which would end the data. */
function eventText({ event, data }: AnswerEvent): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`
}
