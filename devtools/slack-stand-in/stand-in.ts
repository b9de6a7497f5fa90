import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { violations } from './block-kit-limits.ts'

/** What was asked of the stand-in: a method of the Web API, or `response` for what answers a command or a button. */
export interface Call {
  readonly method: string
  /** Blocks and the like as what they are, not as JSON. */
  readonly body: Readonly<Record<string, unknown>>
}

/** How a call is answered other than well; `drop`: the connection is. */
export type Trouble =
  | 'drop'
  | { readonly status: number; readonly retryAfter?: number }
  | { readonly error: string }

/** A stand-in for Slack's Web API on this machine. */
export interface StandIn {
  /** Of the Web API, with a `/` at its end. */
  readonly url: string
  /** An address that takes what answers a command or a button. */
  readonly responseUrl: string
  /** What came in, in order, and was answered well. */
  readonly calls: readonly Call[]
  /** Everything that came in. */
  readonly tries: readonly Call[]
  /** The next calls meet these, in order. */
  trouble(...troubles: readonly Trouble[]): void
  close(): Promise<void>
}

/** Starts it. It refuses what Slack would: messages beyond Block Kit's limits, and any token but `token`. */
export async function startStandIn(
  token: string,
  onCall: (call: Call) => void = () => {},
): Promise<StandIn> {
  const calls: Call[] = []
  const tries: Call[] = []
  const troubles: Trouble[] = []

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const call = await readCall(request)
    tries.push(call)
    const trouble = troubles.shift()
    if (trouble === 'drop') return request.socket.destroy()
    if (trouble && 'status' in trouble) {
      if (trouble.retryAfter !== undefined) response.setHeader('Retry-After', trouble.retryAfter)
      return response.writeHead(trouble.status).end()
    }
    const error = trouble?.error ?? refusal(call, token, request)
    response.setHeader('Content-Type', 'application/json')
    response.end(JSON.stringify(error === undefined ? { ok: true } : { ok: false, error }))
    if (error !== undefined) return response
    calls.push(call)
    onCall(call)
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
    tries,
    trouble: (...more) => void troubles.push(...more),
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
  // Slack's client sends forms, with JSON in the fields that are more than text.
  const fields = [...new URLSearchParams(text)].map(([name, value]) => [name, fieldOf(value)])
  return { method, body: Object.fromEntries(fields) }
}

function fieldOf(value: string): unknown {
  return /^[[{]/.test(value) ? JSON.parse(value) : value
}

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
