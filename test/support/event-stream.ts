import { createParser } from 'eventsource-parser'
import { z } from 'zod'
import { answerEvent } from '../../server/http/answer-stream.ts'

export type AnswerEvent = z.infer<typeof answerEvent>

/** The events of a text that is a whole event stream, each by the schema that the API describes. */
export function eventsIn(text: string): AnswerEvent[] {
  const events: AnswerEvent[] = []
  const parser = createParser({
    onEvent: ({ event, data }) => events.push(answerEvent.parse({ event, data: JSON.parse(data) })),
  })
  parser.feed(text)
  return events
}
