import { cpus, totalmem } from 'node:os'

/** A measured value beside its target: one row of a printed table. */
export interface Measure {
  /** The label of the row. */
  readonly what: string
  /** With its unit. */
  readonly value: string
  readonly target: string
  /** Whether the value meets the target; null where there is no target. */
  readonly met: boolean | null
}

/** A Markdown table of measures, below a line that names the machine they were measured on. */
export function measuresTable(measures: readonly Measure[]): string {
  const [cpu] = cpus()
  return [
    `Node ${process.version}, ${process.platform} ${process.arch}, ${cpus().length} × ${cpu?.model ?? 'CPU'}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB`,
    '',
    '| measured | value | target | met |',
    '| --- | --- | --- | --- |',
    ...measures.map(
      ({ what, value, target, met }) =>
        `| ${what} | ${value} | ${target} | ${met === null ? '–' : met ? 'yes' : 'no'} |`,
    ),
  ].join('\n')
}

/** A number of bytes in MiB, without the unit. */
export function mebibytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(0)
}
