import { once } from 'node:events'
import { connect } from 'node:net'

/**
 * A client that sends the beginning of a request, and then a little more every half second, but
 * never all of it.
 */
interface SlowClient {
  readonly beginning: string
  readonly more: string
}

const HEAD = 'POST /ask HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n'
const WITH_BODY = `${HEAD}Content-Length: 60000\r\n\r\n{"question":`

const SLOW_CLIENTS: readonly SlowClient[] = [
  { beginning: '', more: '' },
  { beginning: 'POST /as', more: '' },
  { beginning: HEAD, more: '' },
  { beginning: HEAD, more: 'X: y\r\n' },
  { beginning: WITH_BODY, more: '' },
  { beginning: WITH_BODY, more: ' ' },
  { beginning: `${HEAD}Transfer-Encoding: chunked\r\n\r\n5\r\n{"qu`, more: '' },
  { beginning: `${HEAD}Transfer-Encoding: chunked\r\n\r\n`, more: '1\r\n \r\n' },
]

const CONNECTIONS_PER_CLIENT = 8
const INTERVAL_MS = 500

/**
 * Opens connections with requests that never end; gives after how many ms the server closed each.
 */
export async function holdSlowConnections(url: string): Promise<number[]> {
  const clients = SLOW_CLIENTS.flatMap((client) =>
    Array.from({ length: CONNECTIONS_PER_CLIENT }, () => client),
  )
  return Promise.all(Array.from(clients, (client) => holdConnection(url, client)))
}

async function holdConnection(url: string, { beginning, more }: SlowClient): Promise<number> {
  const { hostname, port } = new URL(url)
  const startedAt = performance.now()
  const socket = connect(Number(port), hostname)
  // The server may reset the connection. Only when it ends is measured.
  socket.on('error', () => {})
  socket.resume()
  socket.write(beginning)
  const interval = setInterval(() => socket.write(more), INTERVAL_MS)
  await once(socket, 'close')
  clearInterval(interval)
  return performance.now() - startedAt
}
