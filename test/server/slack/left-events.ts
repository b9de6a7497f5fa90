import { setTimeout } from 'node:timers/promises'
import { pino } from 'pino'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { FootnoteError } from '../../../index/errors.ts'
import { createDeliveries, type DeliveriesOptions } from '../../../server/slack/deliveries.ts'
import type { ConversationLimits, State } from '../../../server/state/state.ts'

/**
 * Tests what becomes of events that a server leaves unfinished, in an engine of the state.
 *
 * @param open opens a new, empty state
 */
export function describeLeftEvents(
  engine: string,
  open: (limits: ConversationLimits) => Promise<State>,
): void {
  const oneStore = async () => {
    const state = await open({ conversationTtlMs: 60_000, maxTurns: 5 })
    onTestFinished(() => state.close())
    const start = (options: Partial<DeliveriesOptions> & Pick<DeliveriesOptions, 'handle'>) => {
      const log = pino({ level: 'silent' })
      const deliveries = createDeliveries({
        store: state.slack,
        log,
        leaseMs: 2500,
        pollMs: 100,
        ...options,
      })
      onTestFinished(() => deliveries.stop())
      return deliveries
    }
    return { start, store: state.slack }
  }

  describe(`an event of Slack, ${engine}`, () => {
    test('whose answer fails each time is tried again after a pause each, before others of its place', async () => {
      const { start } = await oneStore()
      const tried: string[] = []
      const handled: string[] = []
      let isIndexAway = true
      const deliveries = start({
        handle: async ({ id }) => {
          tried.push(id)
          // Without it, a server that tries again at once would hold up the test itself.
          await setTimeout(1)
          // As where the index is in another database than the state, or only its tables are locked.
          if (isIndexAway) throw new FootnoteError('database-unavailable', 'away')
          handled.push(id)
          return 'handled'
        },
      })
      await deliveries.accept({ id: 'Ev1', place: 'here', event: 'Ev1' })
      await deliveries.accept({ id: 'Ev2', place: 'here', event: 'Ev2' })
      await vi.waitFor(() => expect(tried.length).toBeGreaterThan(2), 5000)
      const before = tried.length
      await setTimeout(1000)
      expect(tried.length - before).toBeLessThanOrEqual(11)
      expect(new Set(tried)).toEqual(new Set(['Ev1']))
      isIndexAway = false
      await vi.waitFor(() => expect(handled).toEqual(['Ev1', 'Ev2']), 5000)
    })

    test('whose post has begun when its server stops goes to another server only when the lease has run out', async () => {
      const { start } = await oneStore()
      const posting: string[] = []
      const stopping = start({
        handle: async ({ id }) => {
          if (id === 'Answering') await new Promise(() => {})
          if (await stopping.mayPost(id)) posting.push(id)
          // Slack does not say whether it took the message.
          return new Promise(() => {})
        },
      })
      await stopping.accept({ id: 'Posting', place: 'here', event: 'Posting' })
      await stopping.accept({ id: 'Answering', place: 'there', event: 'Answering' })
      await vi.waitFor(() => expect(posting).toEqual(['Posting']))
      const stopped = Date.now()
      const stop = stopping.stop()
      const handled: { id: string; afterMs: number }[] = []
      start({
        handle: async ({ id }) => {
          handled.push({ id, afterMs: Date.now() - stopped })
          return 'handled'
        },
      })
      await stop
      await vi.waitFor(() => expect(handled).toHaveLength(2), 10_000)
      expect(handled.map(({ id }) => id)).toEqual(['Answering', 'Posting'])
      expect(handled[0]?.afterMs).toBeLessThan(2000)
      expect(handled[1]?.afterMs).toBeGreaterThan(2000)
    })

    test('whose post ends while its server stops is handled by no other', async () => {
      const { start, store } = await oneStore()
      let isPosting = false
      const stopping = start({
        handle: async ({ id }) => {
          isPosting = await stopping.mayPost(id)
          await setTimeout(300)
          return 'handled'
        },
      })
      await stopping.accept({ id: 'Ev1', place: 'here', event: 'Ev1' })
      await vi.waitFor(() => expect(isPosting).toBe(true))
      await stopping.stop()
      expect(await store.waiting()).toBe(0)
    })

    test('whose answer comes after its server stopped is not posted by it', async () => {
      const { start, store } = await oneStore()
      const outcomes: boolean[] = []
      const stopping = start({
        handle: async ({ id }) => {
          await setTimeout(300)
          outcomes.push(await stopping.mayPost(id))
          return 'unfinished'
        },
      })
      await stopping.accept({ id: 'Ev1', place: 'here', event: 'Ev1' })
      await vi.waitFor(async () => expect(await store.waiting()).toBe(1))
      await setTimeout(50)
      await stopping.stop()
      await vi.waitFor(() => expect(outcomes).toEqual([false]))
      expect(await store.waiting()).toBe(1)
    })
  })
}
