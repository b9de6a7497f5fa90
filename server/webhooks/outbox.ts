import { hash } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { DatabaseError } from '../../index/postgres/postgres-errors.ts'
import type { Log } from '../log.ts'
import type { LeasedWebhook, WebhookDelivery, WebhookStore } from '../state/state.ts'
import type { WebhookEvent } from './events.ts'
import { type Outcome, post } from './post.ts'

/** Sends events to addresses: each is stored first, and is then sent by one of the servers that share the store, until it is taken. */
export interface Outbox {
  /** Takes an event. It is stored right after, so that nobody waits for that. */
  add(event: WebhookEvent): void
  /** Has {@link OutboxOptions.readNews} called soon, again and again until what it gives is stored. */
  checkNews(): void
  /** Stores what was added, and waits shortly for what is being sent. What is left is sent by another server, or after the next start. */
  close(): Promise<void>
}

/** All that is the case of some kind, as an event each, by what identifies it. */
export interface News {
  readonly kind: string
  readonly events: ReadonlyMap<string, WebhookEvent>
}

export interface OutboxOptions {
  readonly store: WebhookStore
  readonly urls: readonly string[]
  readonly secret: string
  readonly log: Log
  /** Gives what is the case now. What was not the case before, or at another server, is sent. */
  readonly readNews: () => Promise<readonly News[]>
  /** How often this server looks for what is due, in ms. Default: 2 s. */
  readonly pollMs?: number
  /** How long to wait after each failed attempt, in ms; after one more, the event is given up. */
  readonly pausesMs?: readonly number[]
  /** How long an address may take to answer, in ms. Default: 10 s. */
  readonly timeoutMs?: number
  /** After this time, another server sends what this one may not have sent, in ms; more than `timeoutMs`. Default: 30 s. */
  readonly leaseMs?: number
}

const POLL_MS = 2000
const TIMEOUT_MS = 10_000
const LEASE_MS = 30_000

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

/** A short outage delays an event by seconds, and one of a day loses none: eleven attempts in 23.7 hours. */
export const PAUSES_MS: readonly number[] = [
  5000,
  30_000,
  2 * MINUTE_MS,
  10 * MINUTE_MS,
  30 * MINUTE_MS,
  HOUR_MS,
  2 * HOUR_MS,
  4 * HOUR_MS,
  6 * HOUR_MS,
  10 * HOUR_MS,
]

/** The most requests at once that an address gets from a server. */
const MAX_AT_ONCE = 4

/** How long a close waits for the answers of addresses, in ms. */
const GRACE_MS = 1000

/** The most events that wait in memory while the store fails. Beyond that, the oldest are lost. */
const MAX_UNSTORED = 1000

/** An address that gets events. */
interface Address {
  readonly url: string
  /** Names it in the store, which must not have the secrets that an address may contain. */
  readonly digest: string
  readonly origin: string
  running: number
  /** Whether its last request failed. */
  isFailing: boolean
}

/** Begins to send what the store has. */
export function createOutbox({
  store,
  urls,
  secret,
  log,
  readNews,
  pollMs = POLL_MS,
  pausesMs = PAUSES_MS,
  timeoutMs = TIMEOUT_MS,
  leaseMs = LEASE_MS,
}: OutboxOptions): Outbox {
  const addresses = Array.from(new Set(urls), addressOf)
  const unstored: WebhookDelivery[] = []
  /** What the store is still to be told. */
  const unsettled: (() => Promise<void>)[] = []
  /** What is being sent, with what ends it. */
  const running = new Map<Promise<void>, AbortController>()
  let isNewsDue = false
  /** Whether nothing more is sent. */
  let isClosed = false
  /** Whether what was being sent was cut off. */
  let isCut = false
  /** Whether nothing more is stored either. */
  let isOver = false
  let working: Promise<void> | null = null
  let isWanted = false
  let reported = ''

  const deliveriesOf = (event: WebhookEvent): WebhookDelivery[] => {
    const body = JSON.stringify(event)
    return Array.from(addresses, ({ digest }) => ({ id: event.id, address: digest, body }))
  }
  const report = (error: unknown) => {
    // Who opened the database logs that it is away.
    if (error instanceof DatabaseError || String(error) === reported) return
    reported = String(error)
    log.error({ err: error }, 'webhooks cannot be stored or read; this is tried again')
  }
  const settle = async () => {
    for (let next = unsettled[0]; next; next = unsettled[0]) {
      await next()
      unsettled.shift()
    }
  }
  const storeEvents = async () => {
    const deliveries = unstored.splice(0)
    if (deliveries.length === 0) return
    try {
      await store.add(deliveries)
    } catch (error) {
      unstored.unshift(...deliveries)
      throw error
    }
  }
  const storeNews = async () => {
    if (!isNewsDue || isClosed) return
    // Before it is read: what changes meanwhile is read again.
    isNewsDue = false
    try {
      for (const { kind, events } of await readNews()) {
        const news = Array.from(events, ([subject, event]) => {
          return { subject, deliveries: deliveriesOf(event) }
        })
        await store.addNews(kind, news)
      }
      isWanted = true
    } catch (error) {
      isNewsDue = true
      throw error
    }
  }
  const send = async (address: Address, webhook: LeasedWebhook, controller: AbortController) => {
    const outcome = await post(address.url, webhook.body, { secret, timeoutMs, controller })
    address.running -= 1
    const pauseMs = isCut ? 0 : pauseAfter(address, webhook, outcome)
    unsettled.push(() =>
      outcome.isTaken || pauseMs === null
        ? store.remove(webhook)
        : store.postpone(webhook, pauseMs),
    )
    // The next one may be sent now.
    look()
  }
  /** How long to wait before a webhook is sent again, in ms; null if it is not. Logs what people should know. */
  const pauseAfter = (address: Address, { id, attempt }: LeasedWebhook, outcome: Outcome) => {
    const { origin } = address
    if (outcome.isTaken) {
      if (address.isFailing) log.info({ origin }, 'webhooks are taken again')
      address.isFailing = false
      return null
    }
    const { reason, isFinal, retryAfterMs } = outcome
    const pauseMs = pausesMs[attempt - 1]
    if (isFinal || pauseMs === undefined) {
      log.error({ origin, id, attempt, reason }, 'a webhook was given up')
      return null
    }
    if (!address.isFailing) log.warn({ origin, reason }, 'a webhook failed; it is tried again')
    address.isFailing = true
    return Math.max(pauseMs, retryAfterMs)
  }
  const sendSome = async (address: Address) => {
    const max = MAX_AT_ONCE - address.running
    if (isClosed || max <= 0) return
    const leased = await store.lease({ address: address.digest, max, leaseMs })
    for (const webhook of leased) {
      address.running += 1
      const controller = new AbortController()
      const sending = send(address, webhook, controller).finally(() => running.delete(sending))
      running.set(sending, controller)
    }
  }
  const work = async () => {
    while (isWanted) {
      isWanted = false
      await settle()
      await storeEvents()
      for (const address of addresses) await sendSome(address)
      // Last: an index that cannot be read holds up nothing else.
      await storeNews()
      reported = ''
    }
  }
  const look = () => {
    // The store may be closed.
    if (isOver) return
    isWanted = true
    working ??= work()
      .catch(report)
      .finally(() => {
        working = null
        // It may have been wanted again after the last look.
        if (isWanted) look()
      })
  }
  const idle = async (): Promise<void> => {
    if (!working) return
    await working
    await idle()
  }
  /** Does once more what is to be done, and waits until all of it has ended. */
  const finishWork = () => {
    look()
    return idle()
  }
  const timer = setInterval(look, pollMs).unref()
  look()

  return {
    add: (event) => {
      unstored.push(...deliveriesOf(event))
      const excess = unstored.length - MAX_UNSTORED
      if (excess > 0) unstored.splice(0, excess)
      look()
    },
    checkNews: () => {
      isNewsDue = true
      look()
    },
    close: async () => {
      isClosed = true
      clearInterval(timer)
      await finishWork()
      const sent = Promise.all(running.keys())
      await Promise.race([sent, setTimeout(GRACE_MS, undefined, { ref: false })])
      isCut = true
      for (const controller of running.values()) controller.abort()
      await sent
      await finishWork()
      isOver = true
    },
  }
}

function addressOf(url: string): Address {
  const digest = hash('sha256', url, 'base64url')
  return { url, digest, origin: new URL(url).origin, running: 0, isFailing: false }
}
