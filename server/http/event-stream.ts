/** After how long a silence a comment is sent, in ms: proxies end connections that are silent for 30 s or longer. */
const KEEP_ALIVE_MS = 10_000

/** The media type of server-sent events. */
export const EVENT_STREAM = 'text/event-stream'

/** The headers of a stream of server-sent events. Without `X-Accel-Buffering`, nginx holds events back. */
export const EVENT_STREAM_HEADERS = {
  'Content-Type': `${EVENT_STREAM}; charset=utf-8`,
  'Cache-Control': 'no-store',
  'X-Accel-Buffering': 'no',
}

/** Sends a text that has the form of server-sent events. */
export type Send = (text: string) => void

/** How to fill an event stream. */
export interface EventStreamOptions {
  /** Sends the events. Resolves after the last one. */
  readonly write: (send: Send) => Promise<void>
  /** Sends the last event of a stream whose `write` failed after something was sent. */
  readonly fail: (error: unknown, send: Send) => Promise<void>
  /** Aborted when the client has left. Nothing is sent then. */
  readonly signal: AbortSignal
}

/**
 * Opens a stream of server-sent events. Resolves with the first event, or with a comment if that takes long. Rejects if `write`
 * fails before, so that the response can have the status of the error.
 */
export function openEventStream(options: EventStreamOptions): Promise<ReadableStream<Uint8Array>> {
  const { write, fail, signal } = options
  const encoder = new TextEncoder()
  return new Promise((resolve, reject) => {
    let stream: ReadableStream<Uint8Array> | null = null
    let hasLeft = false
    let controller: ReadableStreamDefaultController<Uint8Array> | undefined
    const send: Send = (text) => {
      if (hasLeft || signal.aborted) return
      stream ??= new ReadableStream({
        start: (opened) => void (controller = opened),
        cancel: () => void (hasLeft = true),
      })
      controller?.enqueue(encoder.encode(text))
      resolve(stream)
    }
    const timer = setInterval(() => send(': waiting\n\n'), KEEP_ALIVE_MS)
    const run = async () => {
      try {
        await write(send)
      } catch (error) {
        if (!stream) return reject(error)
        await fail(error, send)
      } finally {
        clearInterval(timer)
      }
      if (!hasLeft && !signal.aborted) controller?.close()
    }
    run().catch((error: unknown) => controller?.error(error))
  })
}
