import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** Somebody who sends slowly, or stops: what is sent first, and then every half second. */
interface Slow {
  readonly first: string
  readonly more: string
}

const HEAD = 'POST /ask HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n'
const WITH_BODY = `${HEAD}Content-Length: 60000\r\n\r\n{"question":`

const SLOW: readonly Slow[] = [
  { first: '', more: '' },
  { first: 'POST /as', more: '' },
  { first: HEAD, more: '' },
  { first: HEAD, more: 'X: y\r\n' },
  { first: WITH_BODY, more: '' },
  { first: WITH_BODY, more: ' ' },
  { first: `${HEAD}Transfer-Encoding: chunked\r\n\r\n5\r\n{"qu`, more: '' },
  { first: `${HEAD}Transfer-Encoding: chunked\r\n\r\n`, more: '1\r\n \r\n' },
]

/** Of each kind. */
const COUNT = 8

/** In ms. */
const DRIBBLE = 500

/** Holds connections with requests that never end; gives how long each took to be closed, in ms. */
export async function holdSlowly(url: string): Promise<number[]> {
  const kinds = SLOW.flatMap((slow) => Array.from({ length: COUNT }, () => slow))
  return Promise.all(Array.from(kinds, (slow) => holdOne(url, slow)))
}

async function holdOne(url: string, { first, more }: Slow): Promise<number> {
  const { hostname, port } = new URL(url)
  const started = performance.now()
  const socket: Socket = connect(Number(port), hostname)
  socket.on('error', () => {})
  socket.resume()
  socket.write(first)
  const dribble = setInterval(() => socket.write(more), DRIBBLE)
  await once(socket, 'close')
  clearInterval(dribble)
  return performance.now() - started
}
