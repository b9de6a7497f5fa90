import { z } from '@hono/zod-openapi'
import type { Context, ErrorHandler } from 'hono'
import { stream } from 'hono/streaming'
import { answerToJson, quoteToJson } from '../answer/answer-json.ts'
import { answer, quote } from '../answer/answer-schema.ts'
import type { AskProgress, Reply } from '../conversation/converse.ts'
import { problem } from './problem.ts'

/** The media type of an answer that is sent as events. */
export const ANSWER_EVENTS = 'text/event-stream'

/** The events of a streamed answer, as the API description has them: the name, and the data as JSON. */
export const answerEvent = z
  .discriminatedUnion('event', [
    z.object({ event: z.literal('reading'), data: z.object({ interpretedAs: z.string() }) }),
    z.object({ event: z.literal('quote'), data: quote }),
    z.object({ event: z.literal('end'), data: answer }),
    z.object({ event: z.literal('error'), data: problem }),
  ])
  .openapi('AnswerEvent', {
    description:
      'Server-sent events, each with its name in `event` and JSON in `data`. `reading`: what is searched for, before the search; not sent where nothing is searched. `quote`: a quote that answers, best first; none is taken back. `end`: the whole answer, with everything that came before. `error`: in place of `end`, a problem that came after the first event, with `retry` where the request may be sent again. Comments keep a waiting connection open.',
  })

type AnswerEvent = z.infer<typeof answerEvent>

const HEADERS = {
  'Content-Type': `${ANSWER_EVENTS}; charset=utf-8`,
  'Cache-Control': 'no-store',
  // nginx would collect the events, and send them together.
  'X-Accel-Buffering': 'no',
}

/** How often a comment is sent, in ms. The HTML standard advises every 15 s: some proxies close a silent connection. */
const COMMENT_EVERY_MS = 15_000

export interface AnswerStreamOptions {
  /** Whether the answer has its explanation. */
  readonly explain: boolean
  /** Turns an error that comes after the first event into a problem. */
  readonly problemOf: ErrorHandler
}

/**
 * Answers with events, each as soon as it is known. Rejects with an error that comes before the first event, so that the
 * client gets its status. `ask` must end when the client leaves.
 */
export async function streamAnswer(
  c: Context,
  ask: (progress: AskProgress) => Promise<Reply>,
  { explain, problemOf }: AnswerStreamOptions,
): Promise<Response> {
  const texts = eventTexts(ask, explain).getReader()
  const first = await texts.read()
  for (const [name, value] of Object.entries(HEADERS)) c.header(name, value)
  return stream(c, async (out) => {
    try {
      for (let next = first; !next.done; next = await texts.read()) await out.write(next.value)
    } catch (error) {
      if (!(error instanceof Error)) throw error
      await out.write(await errorText(await problemOf(error, c)))
    }
  })
}

/** The events of an answer up to its end, as they are sent, with comments. It errors where `ask` rejects. */
function eventTexts(
  ask: (progress: AskProgress) => Promise<Reply>,
  explain: boolean,
): ReadableStream<string> {
  return new ReadableStream({
    async start(controller) {
      const send = (event: AnswerEvent) => controller.enqueue(eventText(event))
      const comments = setInterval(() => controller.enqueue(': waiting\n\n'), COMMENT_EVERY_MS)
      try {
        const reply = await ask({
          onReading: (interpretedAs) => send({ event: 'reading', data: { interpretedAs } }),
          onAnswer: ({ quotes }) => {
            for (const data of quotes.map(quoteToJson)) send({ event: 'quote', data })
          },
        })
        send({ event: 'end', data: answerToJson(reply.answer, { ...reply, explain }) })
        controller.close()
      } finally {
        clearInterval(comments)
      }
    },
  })
}

/** A problem as the event that ends a stream; `retry` has the pause of its `Retry-After`, in ms. */
async function errorText(response: Response): Promise<string> {
  const data = problem.parse(await response.json())
  const seconds = response.headers.get('Retry-After')
  const retry = seconds === null ? '' : `retry: ${Number(seconds) * 1000}\n`
  return retry + eventText({ event: 'error', data })
}

/** An event as it is sent. JSON has no line breaks of its own. */
function eventText({ event, data }: AnswerEvent): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`
}
