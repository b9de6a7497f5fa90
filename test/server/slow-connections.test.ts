import { EventEmitter, once } from 'node:events'
import { connect, type Socket } from 'node:net'
import type { HttpBindings } from '@hono/node-server'
import { Hono } from 'hono'
import { expect, onTestFinished, test } from 'vitest'
import { listen } from '../../server/http/listen.ts'

/** The times (ms) differ widely, so that a test can tell which limit closed a connection. */
const LIMITS = {
  headMs: 200,
  requestMs: 400,
  silenceMs: 60_000,
  checkMs: 20,
  maxConnections: 100,
}

/** More than the socket buffers hold for a client that does not read. */
const LARGE = 'x'.repeat(32 * 2 ** 20)

async function open(limits = LIMITS, onClose = () => {}): Promise<number> {
  const app = new Hono<{ Bindings: HttpBindings }>()
    .post('/', async (c) => c.text(`read ${(await c.req.text()).length}`))
    .get('/large', (c) => {
      c.env.outgoing.once('close', onClose)
      return c.text(LARGE)
    })
    .onError((_, c) => c.body(null, 400))
  const server = await listen(app, { host: '127.0.0.1', port: 0, limits })
  onTestFinished(() => server.stop())
  return Number(new URL(server.url).port)
}

function send(port: number, bytes: string): { socket: Socket; closed: Promise<string> } {
  const socket = connect(port, '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  socket.write(bytes)
  let received = ''
  socket.on('data', (chunk) => {
    received += chunk.toString()
  })
  socket.on('error', () => {})
  const closed = new Promise<string>((resolve) => {
    socket.on('close', () => resolve(received))
  })
  return { socket, closed }
}

const HEAD = 'POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\n'

test('a client that does not finish the request head is disconnected', async () => {
  const port = await open({ ...LIMITS, requestMs: 60_000 })
  expect(await send(port, HEAD).closed).toMatch(/^HTTP\/1.1 408 /)
})

test('a client that does not finish the body is disconnected, whether it is silent or sends single bytes', async () => {
  const port = await open({ ...LIMITS, headMs: 100 })
  const silent = send(port, `${HEAD}\r\nab`)
  const dribbling = send(port, HEAD.replace('5', '5000') + '\r\n')
  const dribble = setInterval(() => dribbling.socket.write('x'), 20)
  onTestFinished(() => clearInterval(dribble))
  expect(await silent.closed).not.toContain('200')
  expect(await dribbling.closed).not.toContain('200')
})

test('a client that sends nothing, or does not read its response, is disconnected', async () => {
  const limits = { ...LIMITS, headMs: 60_000, requestMs: 60_000, silenceMs: 300 }
  const closed = new EventEmitter()
  const port = await open(limits, () => closed.emit('close'))
  expect(await send(port, '').closed).toBe('')
  const unread = once(closed, 'close')
  const idle = connect(port, '127.0.0.1').on('error', () => {})
  onTestFinished(() => void idle.destroy())
  idle.write('GET /large HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n')
  // The server closed it: the response is larger than the socket buffers, and the client does not read.
  await expect(unread).resolves.toEqual([])
})

test('unfinished requests do not delay a complete one', async () => {
  const port = await open()
  for (let i = 0; i < 50; i += 1) send(port, HEAD)
  expect(await send(port, `${HEAD}Connection: close\r\n\r\nabcde`).closed).toContain('read 5')
})

test('connections over the maximum are closed, and accepted again when others end', async () => {
  const port = await open({ ...LIMITS, headMs: 60_000, requestMs: 60_000, maxConnections: 2 })
  const [first] = [send(port, HEAD), send(port, HEAD)]
  expect(await send(port, `${HEAD}\r\nabcde`).closed).toBe('')
  first.socket.destroy()
  await expect
    .poll(() => send(port, `${HEAD}Connection: close\r\n\r\nabcde`).closed)
    .toContain('read 5')
})
