import { connect } from 'node:net'
import { type Answer, readAnswers } from './answers.ts'
import type { Request } from './requests.ts'

/** How a connection ended: by the server, or because nothing came any more. */
type End = 'closed' | 'reset' | 'refused' | 'hung'

/** What came of a request. */
export interface Exchange {
  readonly request: Request
  readonly answers: readonly Answer[]
  readonly end: End
  /** Until the connection was closed, in ms. */
  readonly ms: number
}

/** How long a broken request is left open without a word of the server, in ms. */
const QUIET = 500

/** Sends a request from an address of this machine, and waits up to `limit` ms until the server closes the connection. */
export async function exchange(
  url: string,
  request: Request,
  { from, limit }: { from: string; limit: number },
): Promise<Exchange> {
  const { hostname, port } = new URL(url)
  const started = performance.now()
  const received: Buffer[] = []
  const end = await new Promise<End>((resolve) => {
    const socket = connect({ host: hostname, port: Number(port), localAddress: from })
    const late = setTimeout(() => {
      resolve('hung')
      socket.destroy()
    }, limit)
    let isConnected = false
    let isReset = false
    socket.on('connect', () => {
      isConnected = true
      socket.write(request.bytes)
      if (request.isBroken) socket.setTimeout(QUIET, () => socket.end())
    })
    socket.on('data', (chunk) => received.push(chunk))
    socket.on('error', () => {
      isReset = true
    })
    socket.on('close', () => {
      clearTimeout(late)
      if (!isConnected) resolve('refused')
      else resolve(isReset ? 'reset' : 'closed')
    })
  })
  const answers = readAnswers(Buffer.concat(received))
  return { request, answers, end, ms: performance.now() - started }
}
