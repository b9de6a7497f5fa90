import { connect } from 'node:net'
import type { Request } from './requests.ts'
import { parseResponses, type Response } from './responses.ts'

/**
 * How a connection ended: `closed` or `reset` after it was established, `refused` before that, or
 * `hung` when the time limit passed.
 */
type ConnectionEnd = 'closed' | 'reset' | 'refused' | 'hung'

/** A request, with what came back on its connection. */
export interface Exchange {
  readonly request: Request
  readonly responses: readonly Response[]
  readonly end: ConnectionEnd
  /** Until the connection was closed. */
  readonly ms: number
}

/** After a silence of this length, the client ends a malformed request. */
const SILENCE_MS = 500

/**
 * Sends a request from a local address, and waits up to `limitMs` until the server closes the
 * connection.
 */
export async function exchange(
  url: string,
  request: Request,
  { from, limitMs }: { from: string; limitMs: number },
): Promise<Exchange> {
  const { hostname, port } = new URL(url)
  const startedAt = performance.now()
  const received: Buffer[] = []
  const end = await new Promise<ConnectionEnd>((resolve) => {
    const socket = connect({ host: hostname, port: Number(port), localAddress: from })
    const timeout = setTimeout(() => {
      resolve('hung')
      socket.destroy()
    }, limitMs)
    let isConnected = false
    let isReset = false
    socket.on('connect', () => {
      isConnected = true
      socket.write(request.bytes)
      if (request.isMalformed) socket.setTimeout(SILENCE_MS, () => socket.end())
    })
    socket.on('data', (chunk) => received.push(chunk))
    socket.on('error', () => {
      isReset = true
    })
    socket.on('close', () => {
      clearTimeout(timeout)
      if (!isConnected) resolve('refused')
      else resolve(isReset ? 'reset' : 'closed')
    })
  })
  const responses = parseResponses(Buffer.concat(received))
  return { request, responses, end, ms: performance.now() - startedAt }
}
