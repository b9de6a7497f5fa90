import { cpus, totalmem } from 'node:os'
import { percentile } from '../evaluation/metrics.ts'

/** What was measured, what it should be, and whether it is. */
export interface Measure {
  readonly what: string
  readonly value: string
  readonly target: string
  /** Null where nothing is asked of it. */
  readonly met: boolean | null
}

/** How long some work takes, in ms. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await work()
  return performance.now() - started
}

/** Prints what was measured as a table, and on what machine. */
export function printMeasures(measures: readonly Measure[]): void {
  const [cpu] = cpus()
  console.log(
    `Node ${process.version}, ${process.platform} ${process.arch}, ${cpus().length} × ${cpu?.model ?? 'CPU'}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB\n`,
  )
  console.log('| measured | value | target | met |\n| --- | --- | --- | --- |')
  for (const { what, value, target, met } of measures) {
    console.log(`| ${what} | ${value} | ${target} | ${met === null ? '–' : met ? 'yes' : 'no'} |`)
  }
}

/** In ms. */
export interface Times {
  readonly p50: number
  readonly p95: number
}

export function timesOf(times: readonly number[]): Times {
  return { p50: percentile(times, 0.5), p95: percentile(times, 0.95) }
}

/** Without a unit. */
export function mebibytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(0)
}
