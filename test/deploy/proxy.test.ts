import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer, type RequestListener, type ServerResponse } from 'node:http'
import { setTimeout } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { freePort } from '../../devtools/free-port.ts'
import { INSTALL_LINTERS, LINTERS } from '../support/linters.ts'
import { startProxy } from '../support/proxy.ts'
import { listening } from '../support/listening.ts'

const isInstalled = existsSync(`${LINTERS}/caddy`)
if (!isInstalled) {
  process.stderr.write(`skipped: the tests of the proxy. Run "${INSTALL_LINTERS}".\n`)
}

/** A server that says that it is ready, and answers other requests with `listener`. Gives its port. */
async function serve(listener: RequestListener): Promise<number> {
  const server = createServer((request, response) => {
    if (request.url === '/ready') response.end()
    else listener(request, response)
  })
  return Number(new URL(await listening(server)).port)
}

describe.skipIf(!isInstalled)('the proxy', () => {
  test('says who asks, and believes nobody else about it', async () => {
    const port = await serve((request, response) => {
      response.end(JSON.stringify(request.headers))
    })
    const url = await startProxy([port])
    const response = await fetch(url, { headers: { 'X-Forwarded-For': '203.0.113.9' } })
    expect(await response.json()).toMatchObject({
      'x-forwarded-for': '127.0.0.1',
      host: new URL(url).host,
    })
  })

  test('passes events on as they come', async () => {
    let events: ServerResponse | undefined
    const port = await serve((_request, response) => {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' })
      response.write('data: first\n\n')
      events = response
    })
    const { body } = await fetch(`${await startProxy([port])}/events`)
    const reader = body?.pipeThrough(new TextDecoderStream()).getReader()
    // The response has not ended.
    expect(await reader?.read()).toEqual({ done: false, value: 'data: first\n\n' })
    events?.end('data: last\n\n')
    expect(await reader?.read()).toEqual({ done: false, value: 'data: last\n\n' })
  })

  test('uses both servers, and the other one when one ends', async () => {
    const one = await serve((_request, response) => response.end('one'))
    const other = createServer((_request, response) => response.end('other'))
    const otherPort = await freePort()
    other.listen(otherPort, '127.0.0.1')
    await once(other, 'listening')
    const url = await startProxy([one, otherPort])
    const ask = async () => (await fetch(url)).text()
    const before = await Promise.all(Array.from({ length: 20 }, ask))
    expect(new Set(before)).toEqual(new Set(['one', 'other']))
    other.closeAllConnections()
    other.close()
    await once(other, 'close')
    const after = await Promise.all(Array.from({ length: 20 }, ask))
    expect(new Set(after)).toEqual(new Set(['one']))
  })

  test.each(['GET', 'POST'])('never sends a question twice: %s', async (method) => {
    let asked = 0
    const lose: RequestListener = (request) => {
      if (request.url?.startsWith('/ask')) asked += 1
      request.socket.destroy()
    }
    const url = await startProxy([await serve(lose), await serve(lose)])
    const response = await fetch(`${url}/ask?question=why`, { method })
    expect(response.status).toBe(503)
    // Longer than it tries another server.
    await setTimeout(500)
    expect(asked).toBe(1)
  })

  test('says when to ask again while no server answers', async () => {
    const url = await startProxy([await freePort()])
    const response = await fetch(`${url}/ask?question=why`)
    expect(response.status).toBe(503)
    expect(response.headers.get('Retry-After')).toBe('2')
    expect(response.headers.get('Content-Type')).toBe('application/problem+json')
    expect(await response.json()).toMatchObject({ status: 503 })
  })
})
