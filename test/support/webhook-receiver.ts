import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http'
import { buffer } from 'node:stream/consumers'
import { vi } from 'vitest'
import { z } from 'zod'
import { listening } from './listening.ts'

export const WEBHOOK_SECRET = 'a-secret-of-webhooks'

const event = z.object({
  id: z.string(),
  event: z.string(),
  at: z.iso.datetime(),
  data: z.record(z.string(), z.unknown()),
})

export type ReceivedEvent = z.infer<typeof event>

export interface Received {
  readonly event: ReceivedEvent
  readonly body: string
  readonly headers: IncomingHttpHeaders
}

export interface Receiver {
  /** The address, with something secret in its path. */
  readonly url: string
  /** Every request that was signed rightly, in order. */
  readonly received: readonly Received[]
  /** The number of requests with a wrong signature. */
  readonly forged: () => number
  /** Waits until there are so many requests; gives their events. */
  readonly events: (count: number) => Promise<ReceivedEvent[]>
}

/** How long an event may take. It takes a moment, where nothing else runs. */
const LIMIT = { timeout: 30_000, interval: 10 }

/** Receives webhooks on a real socket. `answer` answers the n-th request, from 0; by default with status 204. */
export async function receiveWebhooks(
  answer: (response: ServerResponse, n: number, received: Received) => void = (response) =>
    void response.writeHead(204).end(),
): Promise<Receiver> {
  const received: Received[] = []
  let forged = 0
  const receive = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await buffer(request)
    if (!(await isSigned(body, request.headers))) {
      forged += 1
      return void response.writeHead(401).end()
    }
    const text = body.toString()
    const one = { event: event.parse(JSON.parse(text)), body: text, headers: request.headers }
    received.push(one)
    answer(response, received.length - 1, one)
  }
  const server = createServer((request, response) => void receive(request, response))
  const url = `${await listening(server)}/hooks/a-token-in-the-path`
  const events = async (count: number) => {
    await vi.waitFor(() => {
      if (received.length < count) throw new Error(`${received.length} of ${count} events came`)
    }, LIMIT)
    return received.map((one) => one.event)
  }
  return { url, received, forged: () => forged, events }
}

/** By WebCrypto: another implementation than the one that signs. */
async function isSigned(body: Buffer, headers: IncomingHttpHeaders): Promise<boolean> {
  const timestamp = String(headers['x-footnote-request-timestamp'])
  const [version, hex = ''] = String(headers['x-footnote-signature']).split('=')
  if (version !== 'v0' || Math.abs(Date.now() / 1000 - Number(timestamp)) > 300) return false
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const secret = new TextEncoder().encode(WEBHOOK_SECRET)
  const key = await crypto.subtle.importKey('raw', secret, algorithm, false, ['verify'])
  const signed = Buffer.concat([Buffer.from(`v0:${timestamp}:`), body])
  return crypto.subtle.verify('HMAC', key, Buffer.from(hex, 'hex'), signed)
}
