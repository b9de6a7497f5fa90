import * as fc from 'fast-check'
import { type Exchange, exchange } from './exchange.ts'
import { faultsOf, type Rules } from './faults.ts'
import { type Request, request } from './requests.ts'
import type { ServerFacts } from './server-facts.ts'

export interface StormOptions extends Rules {
  readonly url: string
  readonly known: ServerFacts
  readonly seed: number
  readonly requests: number
  /** What to send. Default: requests of every kind. */
  readonly kind?: typeof request
  /** The local address that the nth request is sent from. */
  readonly from: (n: number) => string
  /** The time after which a request counts as hung. */
  readonly limitMs: number
}

/** The result of many requests. */
export interface Storm {
  /**
   * How many responses had each status; 0 counts connections that were closed without a response.
   */
  readonly statuses: ReadonlyMap<number, number>
  /** Each fault, with the beginning of the request. */
  readonly faults: readonly string[]
  /** The time of the slowest request. */
  readonly slowestMs: number
  /** How many requests were questions that were searched for. */
  readonly searched: number
}

const CONCURRENT_REQUESTS = 24

/** How many requests are generated at once. */
const BATCH = 500

/** How many characters of a request are shown beside its fault. */
const SHOWN_CHARACTERS = 300

/** Sends generated requests and checks every response. The same seed gives the same requests. */
export async function storm(options: StormOptions): Promise<Storm> {
  const { url, known, seed, requests, kind = request, from, limitMs } = options
  const statuses = new Map<number, number>()
  const faults: string[] = []
  let slowestMs = 0
  let searched = 0
  const generated = generateRequests(kind(known), seed, requests)
  const send = async () => {
    for (const [n, made] of generated) {
      const result = await exchange(url, made, { from: from(n), limitMs })
      slowestMs = Math.max(slowestMs, result.ms)
      for (const status of statusesOf(result)) statuses.set(status, (statuses.get(status) ?? 0) + 1)
      searched += result.responses.filter(isSearched).length
      const beginning = JSON.stringify(made.bytes.toString('latin1', 0, SHOWN_CHARACTERS))
      faults.push(
        ...faultsOf(result, options).map((fault) => `${fault}: request ${n}, ${beginning}`),
      )
    }
  }
  await Promise.all(Array.from({ length: CONCURRENT_REQUESTS }, send))
  return { statuses, faults, slowestMs, searched }
}

function statusesOf({ responses }: Exchange): number[] {
  return responses.length > 0 ? responses.map(({ status }) => status) : [0]
}

function isSearched({ head }: Exchange['responses'][number]): boolean {
  return /^Server-Timing:.*\brerank/im.test(head)
}

function* generateRequests(
  requests: fc.Arbitrary<Request>,
  seed: number,
  count: number,
): Generator<[number, Request]> {
  for (let n = 0; n < count; n += BATCH) {
    const numRuns = Math.min(BATCH, count - n)
    for (const [i, made] of fc.sample(requests, { seed: seed + n, numRuns }).entries()) {
      yield [n + i, made]
    }
  }
}
