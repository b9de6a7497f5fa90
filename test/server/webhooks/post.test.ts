import { createServer } from 'node:net'
import { once } from 'node:events'
import { expect, onTestFinished, test, vi } from 'vitest'
import { type Outcome, post, type PostOptions } from '../../../server/webhooks/post.ts'
import { receiveWebhooks, WEBHOOK_SECRET } from '../../support/webhook-receiver.ts'

const BODY =
  '{"id":"1","event":"index.published","at":"2020-01-02T03:04:05.000Z","data":{"a":"ä 🐈"}}'

/** Posts as the outbox does. */
function send(url: string, options: Partial<PostOptions> = {}): Promise<Outcome> {
  const controller = new AbortController()
  return post(url, BODY, { secret: WEBHOOK_SECRET, timeoutMs: 30_000, controller, ...options })
}

/** What becomes of a webhook that is answered with a status. */
async function outcomeOf(status: number, headers: Record<string, string> = {}) {
  const { url } = await receiveWebhooks(
    (response) => void response.writeHead(status, headers).end(),
  )
  return send(url)
}

test('a body is posted as JSON with a signature that another implementation takes', async () => {
  const { url, received, forged } = await receiveWebhooks()
  expect(await send(url)).toEqual({ isTaken: true })
  expect(await send(url, { secret: 'another-secret-of-webhooks' })).toMatchObject({
    isTaken: false,
    reason: 'status 401',
  })
  expect(forged()).toBe(1)
  expect(received).toHaveLength(1)
  expect(received[0]?.body).toBe(BODY)
  expect(received[0]?.headers).toMatchObject({
    'content-type': 'application/json',
    'user-agent': 'Footnote',
    'x-footnote-request-timestamp': expect.stringMatching(/^\d{10}$/),
    'x-footnote-signature': expect.stringMatching(/^v0=[0-9a-f]{64}$/),
  })
})

test.each([200, 202, 204])('status %i takes it', async (status) => {
  expect(await outcomeOf(status)).toEqual({ isTaken: true })
})

test.each([301, 400, 401, 404, 408, 429, 500, 503])(
  'status %i does not take it, and it may be tried again',
  async (status) => {
    const outcome = { isTaken: false, isFinal: false, retryAfterMs: 0 }
    expect(await outcomeOf(status)).toEqual({ ...outcome, reason: `status ${status}` })
  },
)

test('status 410 ends it', async () => {
  expect(await outcomeOf(410)).toMatchObject({ isTaken: false, isFinal: true })
})

test.each([
  ['120', 120_000],
  ['0', 0],
  ['1000000', 3_600_000],
  ['soon', 0],
  ['Wed, 21 Oct 2015 07:28:00 GMT', 0],
  ['Fri, 21 Oct 2095 07:28:00 GMT', 3_600_000],
])('Retry-After: %s is a pause of %i ms', async (header, retryAfterMs) => {
  expect(await outcomeOf(503, { 'Retry-After': header })).toMatchObject({ retryAfterMs })
})

test('a redirect is not followed', async () => {
  const elsewhere = await receiveWebhooks()
  expect(await outcomeOf(307, { Location: elsewhere.url })).toMatchObject({ reason: 'status 307' })
  expect(elsewhere.received).toEqual([])
})

test('a body that never ends is not read: its connection is closed', async () => {
  let isClosed = false
  const { url } = await receiveWebhooks((response) => {
    response.writeHead(200)
    response.on('close', () => {
      isClosed = true
    })
    const write = () => {
      if (!response.destroyed) response.write(Buffer.alloc(65_536), () => setImmediate(write))
    }
    write()
  })
  expect(await send(url)).toEqual({ isTaken: true })
  await vi.waitFor(() => expect(isClosed).toBe(true))
})

test('an address that does not answer in time, or that nobody listens on, has a reason without the address', async () => {
  const silent = await receiveWebhooks(() => {})
  expect(await send(silent.url, { timeoutMs: 100 })).toMatchObject({
    isTaken: false,
    isFinal: false,
    reason: 'no answer within 100 ms',
  })
  const closed = createServer().listen(0, '127.0.0.1')
  await once(closed, 'listening')
  const address = closed.address()
  const port = typeof address === 'object' ? address?.port : 0
  closed.close()
  await once(closed, 'close')
  const outcome = await send(`http://127.0.0.1:${port}/a-token-in-the-path`)
  expect(outcome).toMatchObject({ isTaken: false, isFinal: false, reason: 'ECONNREFUSED' })
})

test('an address that cuts the connection is tried again', async () => {
  const server = createServer((socket) => void socket.destroy()).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  const outcome = await send(`http://127.0.0.1:${port}/a-token-in-the-path`)
  expect(outcome).toMatchObject({ isTaken: false, isFinal: false })
  expect(JSON.stringify(outcome)).not.toContain('token')
})
