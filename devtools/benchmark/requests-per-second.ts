import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** A request that is sent again and again. */
export interface RepeatedRequest {
  /** Such as `http://127.0.0.1:8787/ask`. */
  readonly url: string
  /** Sent as JSON. */
  readonly body: unknown
}

const CONNECTIONS = 16
const HEAD_END = '\r\n\r\n'

/**
 * How many requests a second a server answers with 200, over connections that stay open. The
 * requests are written to bare sockets, because Node's own clients take longer to send one than a
 * bare route takes to answer it. Throws for any other response.
 */
export async function requestsPerSecond(
  request: RepeatedRequest,
  durationMs: number,
): Promise<number> {
  const startedAt = performance.now()
  const counts = await Promise.all(
    Array.from({ length: CONNECTIONS }, () => repeatUntil(request, startedAt + durationMs)),
  )
  const answered = counts.reduce((sum, count) => sum + count, 0)
  return (answered / (performance.now() - startedAt)) * 1000
}

/** Repeats a request on one connection; gives how often it was answered. */
async function repeatUntil({ url, body }: RepeatedRequest, endAt: number): Promise<number> {
  const { hostname, port, pathname, host } = new URL(url)
  const json = JSON.stringify(body)
  const request = [
    `POST ${pathname} HTTP/1.1`,
    `Host: ${host}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(json)}`,
    '',
    json,
  ].join('\r\n')
  const socket = connect(Number(port), hostname)
  await once(socket, 'connect')
  let answered = 0
  while (performance.now() < endAt) {
    socket.write(request)
    await readResponse(socket)
    answered += 1
  }
  socket.destroy()
  return answered
}

async function readResponse(socket: Socket): Promise<void> {
  let received: Buffer = Buffer.alloc(0)
  for (;;) {
    const [chunk]: Buffer[] = await once(socket, 'data')
    received = received.length === 0 && chunk ? chunk : Buffer.concat([received, chunk ?? received])
    const end = received.indexOf(HEAD_END)
    if (end === -1) continue
    const head = received.toString('latin1', 0, end)
    const length = Number(/^content-length: (\d+)/im.exec(head)?.[1])
    if (!head.startsWith('HTTP/1.1 200') || Number.isNaN(length)) throw new Error(head)
    if (received.length >= end + HEAD_END.length + length) return
  }
}
