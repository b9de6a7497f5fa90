import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { z } from 'zod'
import { violations } from './block-kit-limits.ts'

/**
 * A call to the stand-in: of a method of the Web API, or, as `response`, of the URL that answers a
 * command or a button.
 */
export interface Call {
  readonly method: string
  /** With its blocks and other structured fields parsed. */
  readonly body: Readonly<Record<string, unknown>>
}

/** A failure: the connection is dropped, or the call gets an HTTP status or an error of Slack. */
export type Failure =
  | 'drop'
  | { readonly status: number; readonly retryAfter?: number }
  | { readonly error: string }

/** A stand-in for Slack's Web API on this machine. */
export interface StandIn {
  /** The address of the Web API, with a `/` at its end. */
  readonly url: string
  /** The `response_url` of commands and buttons. */
  readonly responseUrl: string
  /** The calls that succeeded, in order. */
  readonly calls: readonly Call[]
  /** All calls, in order. */
  readonly attempts: readonly Call[]
  /** Makes the next calls fail, one with each failure, in order. */
  failNext(...failures: readonly Failure[]): void
  close(): Promise<void>
}

/** How a stand-in behaves. */
export interface StandInOptions {
  /** Called with each call that succeeds. */
  readonly onCall?: (call: Call) => void
  /** Whether it refuses the block of feedback buttons, as some workspaces do. Default: false. */
  readonly lacksFeedbackButtons?: boolean
}

/**
 * Starts a stand-in. Like Slack, it refuses messages beyond Block Kit's limits, and any token but
 * `token`.
 */
export async function startStandIn(
  token: string,
  { onCall, lacksFeedbackButtons = false }: StandInOptions = {},
): Promise<StandIn> {
  const calls: Call[] = []
  const attempts: Call[] = []
  const failures: Failure[] = []

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const call = await readCall(request)
    attempts.push(call)
    const failure = failures.shift()
    if (failure === 'drop') return request.socket.destroy()
    if (failure && 'status' in failure) {
      if (failure.retryAfter !== undefined) response.setHeader('Retry-After', failure.retryAfter)
      return response.writeHead(failure.status).end()
    }
    const isUnknownBlock = lacksFeedbackButtons && hasFeedbackButtons(call)
    const error =
      failure?.error ?? (isUnknownBlock ? 'invalid_blocks' : refusal(call, token, request))
    response.setHeader('Content-Type', 'application/json')
    response.end(JSON.stringify(error === undefined ? { ok: true } : { ok: false, error }))
    if (error !== undefined) return response
    calls.push(call)
    onCall?.(call)
    return response
  }
  const server = createServer((request, response) => void answer(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  return {
    url: `${url}/api/`,
    responseUrl: `${url}/response`,
    calls,
    attempts,
    failNext: (...more) => void failures.push(...more),
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function readCall(request: IncomingMessage): Promise<Call> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk))
  const text = Buffer.concat(chunks).toString()
  const method = (request.url ?? '').split('/').at(-1) ?? ''
  if (request.headers['content-type']?.includes('json')) return { method, body: JSON.parse(text) }
  // Slack's client sends forms. Fields that are no plain text hold JSON.
  const fields = [...new URLSearchParams(text)].map(([name, value]) => [name, parseField(value)])
  return { method, body: Object.fromEntries(fields) }
}

function hasFeedbackButtons({ body }: Call): boolean {
  const blocks = z.array(z.object({ type: z.string() })).safeParse(body['blocks'])
  return blocks.data?.some(({ type }) => type === 'context_actions') ?? false
}

function parseField(value: string): unknown {
  return /^[[{]/.test(value) ? JSON.parse(value) : value
}

/** The error with which Slack would refuse a call; undefined where it would accept it. */
function refusal({ method, body }: Call, token: string, request: IncomingMessage) {
  if (method !== 'response' && request.headers.authorization !== `Bearer ${token}`) {
    return body['token'] === token ? invalidBlocks(method, body) : 'invalid_auth'
  }
  return invalidBlocks(method, body)
}

function invalidBlocks(method: string, body: Call['body']): string | undefined {
  const isMessage = ['chat.postMessage', 'chat.postEphemeral', 'response'].includes(method)
  return isMessage && violations(body).length > 0 ? 'invalid_blocks' : undefined
}
