import { createParser, type EventSourceMessage } from 'eventsource-parser'

/** A server-sent event with JSON in it. */
export interface ServerEvent {
  readonly name: string | undefined
  readonly data: unknown
}

/**
 * The events of a response, as they come. `onRetry` is called with the time to wait before the next
 * request, in ms, if the server sends one. Throws if the connection breaks, or if an event has no
 * JSON. A caller that stops early closes the connection.
 */
export async function* readEvents(
  response: Response,
  onRetry: (ms: number) => void,
): AsyncGenerator<ServerEvent> {
  const received: EventSourceMessage[] = []
  const parser = createParser({ onEvent: (event) => received.push(event), onRetry })
  const decoder = new TextDecoder()
  // Safari cannot iterate over a stream.
  const reader = response.body?.getReader()
  if (!reader) return
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      parser.feed(decoder.decode(next.value, { stream: true }))
      for (const { event, data } of received.splice(0)) {
        yield { name: event, data: JSON.parse(data) }
      }
    }
  } finally {
    reader.cancel().catch(() => {})
  }
}
