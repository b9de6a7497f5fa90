import { setTimeout } from 'node:timers/promises'
import { pino } from 'pino'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { FootnoteError } from '../../../index/errors.ts'
import type { WebhookEvent } from '../../../server/webhooks/events.ts'
import { createOutbox, type OutboxOptions, PAUSES_MS } from '../../../server/webhooks/outbox.ts'
import type { ConversationLimits, State } from '../../../server/state/state.ts'
import { receiveWebhooks, WEBHOOK_SECRET } from '../../support/webhook-receiver.ts'

/** How long an effect may take. It takes a moment, where nothing else runs. */
const LIMIT = { timeout: 30_000, interval: 10 }

/**
 * Tests the outbox over an engine of the state.
 *
 * @param open opens a new, empty state
 */
export function describeOutbox(
  engine: string,
  open: (limits: ConversationLimits) => Promise<State>,
): void {
  const oneStore = async () => {
    const state = await open({ conversationTtlMs: 60_000, maxTurns: 5 })
    onTestFinished(() => state.close())
    const store = state.webhooks
    const start = (options: Partial<OutboxOptions> & Pick<OutboxOptions, 'urls'>) => {
      const logged: string[] = []
      const outbox = createOutbox({
        store,
        secret: WEBHOOK_SECRET,
        log: pino({ level: 'info' }, { write: (line) => logged.push(line) }),
        readNews: async () => [],
        pollMs: 20,
        pausesMs: [10, 10, 10, 10],
        ...options,
      })
      let closing: Promise<void> | null = null
      const close = () => (closing ??= outbox.close())
      onTestFinished(close)
      return { ...outbox, close, logged }
    }
    const expectEmpty = () => vi.waitFor(async () => expect(await store.waiting()).toBe(0), LIMIT)
    return { start, store, expectEmpty }
  }

  describe(`the outbox, ${engine}`, () => {
    test('sends an event to each address, signed, and forgets it', async () => {
      const { start, expectEmpty } = await oneStore()
      const [one, two] = [await receiveWebhooks(), await receiveWebhooks()]
      const outbox = start({ urls: [one.url, two.url, one.url] })
      outbox.add(published('1'))
      outbox.add(published('2'))
      for (const { events } of [one, two]) {
        expect((await events(2)).map(({ id }) => id).toSorted()).toEqual(['1', '2'])
      }
      await expectEmpty()
      expect(one.received).toHaveLength(2)
      expect(one.received.find(({ event }) => event.id === '1')?.event).toEqual(published('1'))
      expect(one.forged() + two.forged()).toBe(0)
    })

    test('sends an event again, with the same id and body, until it is taken', async () => {
      const { start, expectEmpty } = await oneStore()
      const statuses = [500, 302, 404, 200]
      const { url, received, events } = await receiveWebhooks((response, n) => {
        response.writeHead(statuses[n] ?? 500).end()
      })
      const outbox = start({ urls: [url] })
      outbox.add(published('1'))
      await events(4)
      await expectEmpty()
      expect(new Set(received.map(({ body }) => body)).size).toBe(1)
      expect(received).toHaveLength(4)
      expect(outbox.logged.map((line) => JSON.parse(line).msg)).toEqual([
        'a webhook failed; it is tried again',
        'webhooks are taken again',
      ])
      expect(outbox.logged.join('\n')).not.toContain('a-token-in-the-path')
    })

    test('gives up after the last pause, and logs neither the address nor the body', async () => {
      const { start, expectEmpty } = await oneStore()
      const { url, received, events } = await receiveWebhooks((response) => {
        response.writeHead(500).end()
      })
      const outbox = start({ urls: [url], pausesMs: [10, 10] })
      outbox.add(published('1'))
      await events(3)
      await expectEmpty()
      expect(received).toHaveLength(3)
      const last = JSON.parse(outbox.logged.at(-1) ?? '{}')
      expect(last).toMatchObject({
        msg: 'a webhook was given up',
        id: '1',
        attempt: 3,
        reason: 'status 500',
        origin: new URL(url).origin,
      })
      expect(outbox.logged.join('\n')).not.toMatch(/a-token-in-the-path|a-secret|generation/)
    })

    test('gives up at once what is gone for good', async () => {
      const { start, expectEmpty } = await oneStore()
      const { url, received, events } = await receiveWebhooks((response) => {
        response.writeHead(410).end()
      })
      const outbox = start({ urls: [url] })
      outbox.add(published('1'))
      await events(1)
      await expectEmpty()
      expect(received).toHaveLength(1)
    })

    test('leaves an address alone for as long as it asks', async () => {
      const { start } = await oneStore()
      const { url, received, events } = await receiveWebhooks((response, n) => {
        if (n === 0) response.writeHead(429, { 'Retry-After': '2' }).end()
        else response.writeHead(204).end()
      })
      start({ urls: [url] }).add(published('1'))
      await events(2)
      const [first, second] = received.map(({ headers }) =>
        Number(headers['x-footnote-request-timestamp']),
      )
      // In whole seconds, so that a pause of two is at least two of them apart, whatever else runs.
      expect(Number(second) - Number(first)).toBeGreaterThanOrEqual(2)
    })

    test('sends to other addresses while one fails or does not answer, at most four requests at once', async () => {
      const { start } = await oneStore()
      const silent = await receiveWebhooks(() => {})
      const failing = await receiveWebhooks((response) => void response.writeHead(500).end())
      const fine = await receiveWebhooks()
      const outbox = start({ urls: [silent.url, failing.url, fine.url] })
      const ids = Array.from({ length: 20 }, (_, i) => String(i))
      for (const id of ids) outbox.add(published(id))
      const events = await fine.events(20)
      expect(events.map(({ id }) => id).toSorted()).toEqual(ids.toSorted())
      await silent.events(4)
      expect(silent.received).toHaveLength(4)
    })

    test('goes on after a restart, in which no event is lost', async () => {
      const { start, expectEmpty } = await oneStore()
      const { url, events } = await receiveWebhooks((response, n) => {
        response.writeHead(n < 3 ? 503 : 204).end()
      })
      const before = start({ urls: [url], pausesMs: Array.from({ length: 9 }, () => 500) })
      before.add(published('1'))
      await events(1)
      before.add(published('2'))
      await before.close()
      before.add(published('never'))
      start({ urls: [url] })
      await expectEmpty()
      const sent = new Set((await events(4)).map(({ id }) => id))
      expect(sent).toEqual(new Set(['1', '2']))
    })

    test('is stopped although an address does not answer; another server sends it again at once', async () => {
      const { start, expectEmpty } = await oneStore()
      const { url, events } = await receiveWebhooks((response, n) => {
        if (n > 0) response.writeHead(204).end()
      })
      const stopping = start({ urls: [url], timeoutMs: 60_000, leaseMs: 600_000 })
      stopping.add(published('1'))
      await events(1)
      await stopping.close()
      start({ urls: [url] })
      expect((await events(2)).map(({ id }) => id)).toEqual(['1', '1'])
      await expectEmpty()
    })

    test('of a server that died is sent by another one when the lease runs out', async () => {
      const { start, store, expectEmpty } = await oneStore()
      const { url, events } = await receiveWebhooks()
      // The one that dies can store and lease, and then does nothing more.
      const died = start({
        urls: [url],
        leaseMs: 500,
        store: {
          ...store,
          lease: async (options) => {
            await store.lease(options)
            return []
          },
        },
      })
      died.add(published('1'))
      await vi.waitFor(async () => expect(await store.waiting()).toBe(1), LIMIT)
      await died.close()
      start({ urls: [url] })
      expect(await events(1)).toMatchObject([{ id: '1' }])
      await expectEmpty()
    })

    test('of several servers sends each event once', async () => {
      const { start, expectEmpty } = await oneStore()
      const { url, received, events } = await receiveWebhooks()
      const servers = Array.from({ length: 3 }, () => start({ urls: [url] }))
      for (let i = 0; i < 60; i += 1) servers[i % 3]?.add(published(String(i)))
      await events(60)
      await expectEmpty()
      expect(new Set(received.map(({ event }) => event.id)).size).toBe(60)
      expect(received).toHaveLength(60)
    })

    test('keeps events while nothing can be stored, and logs that once', async () => {
      const { start, store } = await oneStore()
      const { url, events } = await receiveWebhooks()
      let isFull = true
      const failing = start({
        urls: [url],
        store: {
          ...store,
          add: async (deliveries) => {
            if (isFull) throw new FootnoteError('disk-full', 'The disk is full.')
            return store.add(deliveries)
          },
        },
      })
      failing.add(published('1'))
      await setTimeout(200)
      failing.add(published('2'))
      expect(failing.logged).toHaveLength(1)
      isFull = false
      expect((await events(2)).map(({ id }) => id).toSorted()).toEqual(['1', '2'])
    })

    test('does not send again what was taken while the store could not note it', async () => {
      const { start, store, expectEmpty } = await oneStore()
      const { url, received, events } = await receiveWebhooks()
      let failures = 0
      const outbox = start({
        urls: [url],
        store: {
          ...store,
          remove: async (delivery) => {
            failures += 1
            if (failures < 5) throw new FootnoteError('storage-busy', 'The file is busy.')
            return store.remove(delivery)
          },
        },
        leaseMs: 60,
      })
      outbox.add(published('1'))
      await events(1)
      await expectEmpty()
      expect(failures).toBe(5)
      expect(received).toHaveLength(1)
    })

    test('sends no event to an address that is not set any more', async () => {
      const { start, store } = await oneStore()
      const [old, current] = [await receiveWebhooks(), await receiveWebhooks()]
      const before = start({
        urls: [old.url, current.url],
        store: { ...store, lease: async () => [] },
      })
      before.add(published('1'))
      await before.close()
      start({ urls: [current.url] })
      expect(await current.events(1)).toMatchObject([{ id: '1' }])
      await vi.waitFor(async () => expect(await store.waiting()).toBe(1), LIMIT)
      expect(old.received).toEqual([])
    })

    test('reads news again until they can be read, and sends each once', async () => {
      const { start } = await oneStore()
      const { url, received, events } = await receiveWebhooks()
      let reads = 0
      const options = {
        urls: [url],
        readNews: async () => {
          reads += 1
          if (reads < 3) throw new FootnoteError('index-corrupt', 'damaged')
          return [{ kind: 'index', events: new Map([['seven', published('seven')]]) }]
        },
      }
      const servers = [start(options), start(options)]
      for (const server of servers) server.checkNews()
      await events(1)
      await vi.waitFor(() => expect(reads).toBeGreaterThanOrEqual(4), LIMIT)
      servers[0]?.add(published('last'))
      await events(2)
      expect(received.map(({ event }) => event.id)).toEqual(['seven', 'last'])
    })
  })
}

test('the attempts go on for nearly a day', () => {
  const hours = PAUSES_MS.reduce((sum, ms) => sum + ms, 0) / 3_600_000
  expect(hours).toBeGreaterThan(23)
  expect(hours).toBeLessThan(24)
  expect(PAUSES_MS).toEqual(PAUSES_MS.toSorted((a, b) => a - b))
})

function published(id: string): WebhookEvent {
  return {
    id,
    event: 'index.published',
    at: '2020-01-02T03:04:05.000Z',
    data: { generation: `generation-${id}`, documents: 2, problems: 0 },
  }
}
