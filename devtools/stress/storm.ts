import * as fc from 'fast-check'
import { exchange } from './exchange.ts'
import { faultsOf, type Rules } from './faults.ts'
import type { Known } from './known.ts'
import { type Request, request } from './requests.ts'

export interface StormOptions extends Rules {
  readonly url: string
  readonly known: Known
  readonly seed: number
  readonly requests: number
  /** Where the nth request comes from. */
  readonly from: (n: number) => string
  /** How long a request may take, in ms. */
  readonly limit: number
}

/** What came of many requests. */
export interface Storm {
  /** How many responses there were of each status; 0: a connection that was closed without one. */
  readonly statuses: ReadonlyMap<number, number>
  /** What went wrong, with the beginning of what was sent. */
  readonly faults: readonly string[]
  /** How long the slowest took, in ms. */
  readonly slowest: number
  /** Questions that were answered from the documents, or refused after a search. */
  readonly searched: number
}

/** Connections at a time. */
const PARALLEL = 24

/** Requests that are generated at a time. */
const BATCH = 500

/** Sends generated requests, the same ones for a seed, and looks at what comes of each. */
export async function storm(options: StormOptions): Promise<Storm> {
  const { url, known, seed, requests, from, limit } = options
  const statuses = new Map<number, number>()
  const faults: string[] = []
  let slowest = 0
  let searched = 0
  const generated = generate(known, seed, requests)
  const send = async () => {
    for (const [n, made] of generated) {
      const result = await exchange(url, made, { from: from(n), limit })
      slowest = Math.max(slowest, result.ms)
      const given = result.answers.map(({ status }) => status)
      for (const status of given.length > 0 ? given : [0]) {
        statuses.set(status, (statuses.get(status) ?? 0) + 1)
      }
      searched += result.answers.filter(({ head }) =>
        /^Server-Timing:.*\brerank/im.test(head),
      ).length
      const sent = JSON.stringify(made.bytes.toString('latin1', 0, 300))
      faults.push(...faultsOf(result, options).map((fault) => `${fault}: request ${n}, ${sent}`))
    }
  }
  await Promise.all(Array.from({ length: PARALLEL }, send))
  return { statuses, faults, slowest, searched }
}

function* generate(known: Known, seed: number, count: number): Generator<[number, Request]> {
  const kinds = request(known)
  for (let n = 0; n < count; n += BATCH) {
    const numRuns = Math.min(BATCH, count - n)
    for (const [i, made] of fc.sample(kinds, { seed: seed + n, numRuns }).entries()) {
      yield [n + i, made]
    }
  }
}
