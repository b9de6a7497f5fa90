import { randomUUID } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import type { Log } from '../log.ts'
import type { Delivery, LeasedDelivery, SlackStore } from '../state/state.ts'
import { isDatabaseAway } from './answers.ts'

/**
 * Events that Slack delivered. Each is handled once, by one of the servers that share the store, after the events that were accepted
 * before it in its place. If that server dies, another one handles the event.
 */
export interface Deliveries {
  /** Keeps an event, and has it handled soon; false where it was accepted before. */
  accept(delivery: Delivery): Promise<boolean>
  /**
   * Asks, right before the answer to an event is posted, whether this server may post it: another one may handle the event by now.
   * True begins the post. Rejects where the store does not answer.
   */
  mayPost(id: string): Promise<boolean>
  /** Resolves when no event is left that this server could handle now. */
  idle(): Promise<void>
  /**
   * Handles no further event, and begins no further post. Another server may take what this one has not finished: at once, or where a
   * post has begun, which Slack may have taken, when the lease runs out.
   */
  stop(): Promise<void>
}

/** Whether nothing is left to do for an event. One that is unfinished is handled again, here or by another server. */
export type Outcome = 'handled' | 'unfinished'

/** How events are handled. */
export interface DeliveriesOptions {
  readonly store: SlackStore
  readonly log: Log
  /** Handles an event. If it rejects, the event counts as handled, unless the database is away: it is then unfinished. */
  readonly handle: (delivery: LeasedDelivery) => Promise<Outcome>
  /** How long another server waits for this one after its last sign of life, in ms. Default: 15 s. */
  readonly leaseMs?: number
  /**
   * How often this server looks for events and renews its leases, and the least time until an unfinished event is handled again, in ms.
   * Default: 2 s.
   */
  readonly pollMs?: number
}

/** Renewed every 2 s: a server that does not come to it for so long, for instance while its machine swaps, is taken for dead. */
const LEASE_MS = 15_000
const POLL_MS = 2000

/** The most events that a server handles at once, so that the others get some. One model process answers two questions at a time. */
const MAX_AT_ONCE = 8

/** How long a stop waits for posts that have begun, so that they can be marked, in ms. Slack takes most within half a second. */
const POST_GRACE_MS = 1000

/** Begins to handle events. */
export function createDeliveries({
  store,
  log,
  handle,
  leaseMs = LEASE_MS,
  pollMs = POLL_MS,
}: DeliveriesOptions): Deliveries {
  const server = randomUUID()
  const running = new Map<string, Promise<void>>()
  /** Deliveries that are handled, and are still to be marked. */
  const handled = new Set<string>()
  /** Deliveries that are unfinished, and whose leases are still to be released. */
  const unfinished = new Set<string>()
  /** Deliveries whose post may have begun. */
  const posting = new Set<string>()
  let isStopped = false
  let leasing: Promise<void> | null = null
  let isWanted = false

  const report = (error: unknown, message: string) => {
    // Who opened the database logs that it is away.
    if (!isDatabaseAway(error)) log.error({ err: error }, message)
  }
  const handleOrReport = async (delivery: LeasedDelivery): Promise<Outcome> => {
    try {
      return await handle(delivery)
    } catch (error) {
      if (isDatabaseAway(error)) return 'unfinished'
      log.error({ err: error }, 'an answer in Slack failed')
      return 'handled'
    }
  }
  const run = async (delivery: LeasedDelivery) => {
    const outcome = await handleOrReport(delivery)
    running.delete(delivery.id)
    posting.delete(delivery.id)
    const settling = outcome === 'handled' ? handled : unfinished
    settling.add(delivery.id)
    // The next event of this place may be handled now.
    look()
  }
  /** Tells the store what became of deliveries. If the database is away, this is tried again until it is back. */
  const settle = async () => {
    for (const id of handled) {
      await store.markHandled(id)
      handled.delete(id)
    }
    const ids = [...unfinished]
    if (ids.length === 0) return
    // Without a pause, an event whose answer fails at once would be handled over and over while, for instance, only the index is away.
    await store.release(server, ids, pollMs)
    for (const id of ids) unfinished.delete(id)
  }
  const releaseUnposted = async () => {
    const ids = [...running.keys()].filter((id) => !posting.has(id))
    if (ids.length > 0) await store.release(server, ids, 0)
  }
  const finishPosts = async () => {
    const posts = Promise.all(Array.from(posting, async (id) => running.get(id)))
    await Promise.race([posts, setTimeout(POST_GRACE_MS, undefined, { ref: false })])
  }
  const leaseSome = async () => {
    while (isWanted) {
      isWanted = false
      await settle()
      if (isStopped || running.size >= MAX_AT_ONCE) continue
      const leased = await store.lease({ server, max: MAX_AT_ONCE - running.size, leaseMs })
      for (const delivery of leased) {
        // A lease may have run out, while the database was away, on an event that was or is being handled here.
        const isKnown = running.has(delivery.id) || handled.has(delivery.id)
        if (!isKnown) running.set(delivery.id, run(delivery))
      }
    }
  }
  const look = () => {
    isWanted = true
    leasing ??= leaseSome()
      .catch((error: unknown) => report(error, 'the events of Slack could not be read'))
      .finally(() => {
        leasing = null
        // It may have been wanted again after the last look.
        if (isWanted) look()
      })
  }
  const renew = () =>
    store
      .renew(server, [...running.keys(), ...handled], leaseMs)
      .catch((error: unknown) =>
        report(error, 'the leases on events of Slack could not be renewed'),
      )
  const timer = setInterval(() => {
    if (running.size > 0 || handled.size > 0) void renew()
    look()
  }, pollMs).unref()
  look()

  const idle = async (): Promise<void> => {
    if (!leasing && running.size === 0) return
    await Promise.all([leasing, ...running.values()])
    await idle()
  }

  return {
    accept: async (delivery) => {
      const isNew = await store.accept(delivery)
      if (isNew) look()
      return isNew
    },
    mayPost: async (id) => {
      // Before the store is asked, so that a stop meanwhile keeps the lease.
      posting.add(id)
      const isAllowed = !isStopped && (await store.holds(server, id))
      if (!isAllowed) posting.delete(id)
      return isAllowed
    },
    idle,
    stop: async () => {
      isStopped = true
      clearInterval(timer)
      await leasing
      try {
        await releaseUnposted()
        await finishPosts()
        await settle()
      } catch (error) {
        report(error, 'the events of Slack could not be released')
      }
    },
  }
}
