import { percentile } from '../evaluation/metrics.ts'

/** What was measured, what it should be, and whether it is. */
export interface Measure {
  readonly what: string
  readonly value: string
  readonly target: string
  readonly met: boolean
}

/** How long some work takes, in ms. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await work()
  return performance.now() - started
}

/** In ms. */
export interface Times {
  readonly p50: number
  readonly p95: number
}

export function timesOf(times: readonly number[]): Times {
  return { p50: percentile(times, 0.5), p95: percentile(times, 0.95) }
}
