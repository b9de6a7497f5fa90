import { percentile } from '../statistics.ts'

/** Percentiles of durations, in ms. */
export interface Times {
  readonly p50: number
  readonly p95: number
}

/** How long some work takes, in ms. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return performance.now() - startedAt
}

/** The percentiles of durations in ms. */
export function timesOf(durations: readonly number[]): Times {
  return { p50: percentile(durations, 0.5), p95: percentile(durations, 0.95) }
}
