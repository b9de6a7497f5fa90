import { cpus, totalmem } from 'node:os'

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

/** Prints what was measured as a table, and on what machine. */
export function printMeasures(measures: readonly Measure[]): void {
  const [cpu] = cpus()
  console.log(
    `Node ${process.version}, ${process.platform} ${process.arch}, ${cpus().length} × ${cpu?.model ?? 'CPU'}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB\n`,
  )
  console.log('| measured | value | target | met |\n| --- | --- | --- | --- |')
  for (const { what, value, target, met } of measures) {
    console.log(`| ${what} | ${value} | ${target} | ${met ? 'yes' : 'no'} |`)
  }
}
