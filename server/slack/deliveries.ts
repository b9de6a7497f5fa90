import { randomUUID } from 'node:crypto'
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
  /** Whether this server is still the one that handles an event. Rejects where the store does not answer. */
  holds(id: string): Promise<boolean>
  /** Resolves when no event is left that this server could handle. */
  idle(): Promise<void>
  /** Handles no further event. Another server may take those that this one has not finished. */
  stop(): Promise<void>
}

/** How events are handled. */
export interface DeliveriesOptions {
  readonly store: SlackStore
  readonly log: Log
  /**
   * Handles an event. False: another server does. If it rejects, the event counts as handled, unless the database is away: it is then
   * tried again.
   */
  readonly handle: (delivery: LeasedDelivery) => Promise<boolean>
  /** How long another server waits for this one after its last sign of life, in ms. Default: 15 s. */
  readonly leaseMs?: number
  /** How often this server looks for events and renews its leases, in ms. Default: 2 s. */
  readonly pollMs?: number
}

/** Renewed every 2 s: a server that does not come to it for so long, for instance while its machine swaps, is taken for dead. */
const LEASE_MS = 15_000
const POLL_MS = 2000

/** The most events that a server handles at once, so that the others get some. One model process answers two questions at a time. */
const MAX_AT_ONCE = 8

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
  /** Deliveries that could not be handled, because the database was away, and whose leases are still to be released. */
  const failed = new Set<string>()
  let isStopped = false
  let leasing: Promise<void> | null = null
  let isWanted = false

  const report = (error: unknown, message: string) => {
    // Who opened the database logs that it is away.
    if (!isDatabaseAway(error)) log.error({ err: error }, message)
  }
  const handleOrReport = async (delivery: LeasedDelivery): Promise<boolean> => {
    try {
      return await handle(delivery)
    } catch (error) {
      if (isDatabaseAway(error)) return false
      log.error({ err: error }, 'an answer in Slack failed')
      return true
    }
  }
  const run = async (delivery: LeasedDelivery) => {
    const isHandled = await handleOrReport(delivery)
    running.delete(delivery.id)
    const outcome = isHandled ? handled : failed
    outcome.add(delivery.id)
    // The next event of this place may be handled now.
    look()
  }
  /** Tells the store what became of deliveries. If the database is away, this is tried again until it is back. */
  const settle = async () => {
    for (const id of handled) {
      await store.markHandled(id)
      handled.delete(id)
    }
    const ids = [...failed]
    if (ids.length === 0) return
    await store.release(server, ids)
    for (const id of ids) failed.delete(id)
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
    holds: (id) => store.holds(server, id),
    idle,
    stop: async () => {
      isStopped = true
      clearInterval(timer)
      await leasing
      for (const id of running.keys()) failed.add(id)
      await settle().catch((error: unknown) =>
        report(error, 'the events of Slack could not be released'),
      )
    },
  }
}
