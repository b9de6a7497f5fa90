import type { Value } from './measurements/figures.ts'

/** A measured value beside its target: one row of a printed table. */
export interface Measure {
  /**
   * The label of the row: the same in every run, by which runs are compared. Numbers that differ from run to run belong into
   * the value.
   */
  readonly what: string
  /** Text, or figures (`shown`), which are kept as numbers. */
  readonly value: string | Value
  readonly target: string
  /** Whether the value meets the target; null where there is no target. */
  readonly met: boolean | null
}
