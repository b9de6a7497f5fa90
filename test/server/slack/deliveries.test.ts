import { setTimeout } from 'node:timers/promises'
import { pino } from 'pino'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { FootnoteError } from '../../../index/errors.ts'
import { createDeliveries, type DeliveriesOptions } from '../../../server/slack/deliveries.ts'
import { openTemporaryState } from '../../../server/state/embedded/embedded-state.ts'
import { describeLeftEvents } from './left-events.ts'

describeLeftEvents('SQLite', openTemporaryState)

/** The deliveries of several servers that share one memory. */
async function sharedMemory() {
  const state = await openTemporaryState({ conversationTtlMs: 60_000, maxTurns: 5 })
  onTestFinished(() => state.close())
  const logged: string[] = []
  const log = pino({ level: 'error' }, { write: (line) => logged.push(JSON.parse(line).msg) })
  const start = (options: Partial<DeliveriesOptions> & Pick<DeliveriesOptions, 'handle'>) => {
    const { slack: store } = state
    const deliveries = createDeliveries({ store, log, leaseMs: 200, pollMs: 20, ...options })
    onTestFinished(() => deliveries.stop())
    return deliveries
  }
  return { start, store: state.slack, logged }
}

function delivery(id: string, place = 'place') {
  return { id, place, event: id }
}

describe('events of Slack', () => {
  test('are handled once by one of two servers, in the order of each place', async () => {
    const { start } = await sharedMemory()
    const handled: string[] = []
    const handle: DeliveriesOptions['handle'] = async ({ id }) => {
      await setTimeout(Number(id.slice(1)) % 7)
      handled.push(id)
      return 'handled'
    }
    const servers = [start({ handle }), start({ handle })] as const
    for (let i = 0; i < 40; i += 1) {
      for (const place of ['a', 'b', 'c'])
        await servers[i % 2 === 0 ? 0 : 1].accept(delivery(`${place}${i}`, place))
    }
    await vi.waitFor(() => expect(handled).toHaveLength(120), 10_000)
    for (const place of ['a', 'b', 'c']) {
      expect(handled.filter((id) => id.startsWith(place))).toEqual(
        Array.from({ length: 40 }, (_, i) => `${place}${i}`),
      )
    }
  })

  test('stay with a server for as long as it works on them, however short its lease', async () => {
    const { start } = await sharedMemory()
    const handled: string[] = []
    const handleAs =
      (server: string): DeliveriesOptions['handle'] =>
      async () => {
        handled.push(server)
        await setTimeout(700)
        return 'handled'
      }
    const first = start({ handle: handleAs('first') })
    await first.accept(delivery('Ev1'))
    await vi.waitFor(() => expect(handled).toEqual(['first']))
    const second = start({ handle: handleAs('second') })
    await setTimeout(600)
    await Promise.all([first.idle(), second.idle()])
    expect(handled).toEqual(['first'])
  })

  test('go to another server if theirs stalls, which then learns that they are no longer its own', async () => {
    const { start, store } = await sharedMemory()
    let mayStillPost: boolean | null = null
    let isHandling = false
    // It does not come to renew its lease.
    const stalled = start({
      pollMs: 60_000,
      handle: async ({ id }) => {
        isHandling = true
        await setTimeout(600)
        mayStillPost = await stalled.mayPost(id)
        return 'unfinished'
      },
    })
    await stalled.accept(delivery('Ev1'))
    await vi.waitFor(() => expect(isHandling).toBe(true))
    const handled: string[] = []
    start({
      handle: async ({ id }) => {
        handled.push(id)
        return 'handled'
      },
    })
    await vi.waitFor(() => expect(handled).toEqual(['Ev1']))
    await stalled.idle()
    expect(mayStillPost).toBe(false)
    expect(await store.waiting()).toBe(0)
  })

  test('are not handled again if the database was away when they were handled', async () => {
    const { start, store } = await sharedMemory()
    let failures = 3
    const markHandled: typeof store.markHandled = async (id) => {
      failures -= 1
      if (failures >= 0) throw new FootnoteError('database-unavailable', 'away')
      return store.markHandled(id)
    }
    const handled: string[] = []
    const deliveries = start({
      store: { ...store, markHandled },
      handle: async ({ id }) => {
        handled.push(id)
        return 'handled'
      },
    })
    await deliveries.accept(delivery('Ev1'))
    await deliveries.accept(delivery('Ev2'))
    await vi.waitFor(async () => expect(await store.waiting()).toBe(0))
    expect(handled).toEqual(['Ev1', 'Ev2'])
  })

  test('are tried again where the database was away, and not after another error', async () => {
    const { start, store, logged } = await sharedMemory()
    const handled: string[] = []
    const errors = [new FootnoteError('database-unavailable', 'away'), new Error('broken')]
    const deliveries = start({
      handle: async ({ id }) => {
        handled.push(id)
        const error = errors.shift()
        if (error) throw error
        return 'handled'
      },
    })
    await deliveries.accept(delivery('Ev1'))
    await vi.waitFor(() => expect(handled).toEqual(['Ev1', 'Ev1']))
    await deliveries.accept(delivery('Ev2'))
    await vi.waitFor(() => expect(handled).toEqual(['Ev1', 'Ev1', 'Ev2']))
    await deliveries.idle()
    expect(await store.waiting()).toBe(0)
    expect(logged).toEqual(['an answer in Slack failed'])
  })
})
