import { z } from 'zod'
import type { Measure } from '../measures.ts'
import { type Figure, type Value, valueOf } from './figures.ts'

const value = z.object({
  text: z.string(),
  figures: z.array(z.object({ value: z.number(), unit: z.string() })).readonly(),
})

const measuresTable = z.object({
  /** What the table is about, in its first cell. It is unique in its run. */
  name: z.string(),
  measures: z.array(
    z.object({
      what: z.string(),
      value,
      target: z.string(),
      met: z.boolean().nullable(),
    }),
  ),
})

const columnsTable = z.object({
  name: z.string(),
  columns: z.array(z.string()),
  rows: z.array(z.object({ what: z.string(), values: z.array(value) })),
})

/** The schema of a kept {@link Table}. */
export const table = z.union([measuresTable, columnsTable])

/** A table of values with targets, or one that compares several columns. The label of a row is unique in its table. */
export type Table = z.infer<typeof table>

type ColumnsTable = z.infer<typeof columnsTable>

/** A row of a {@link tableOfColumns}. */
export interface Row<T> {
  readonly what: string
  readonly show: (column: T) => string | Figure | Value
}

/** A row of a {@link tableOfColumns}, which shows this of each column. */
export function row<T>(what: string, show: Row<T>['show']): Row<T> {
  return { what, show }
}

/** A table of measures. */
export function tableOfMeasures(measures: readonly Measure[], name = 'measured'): Table {
  return {
    name,
    measures: Array.from(measures, (measure) => {
      return { ...measure, value: valueOf(measure.value) }
    }),
  }
}

/** A table with a column for each of `all`, under the text that `head` gives of it. */
export function tableOfColumns<T>(
  name: string,
  all: readonly T[],
  head: (column: T) => string,
  rows: readonly Row<T>[],
): ColumnsTable {
  return {
    name,
    columns: all.map(head),
    rows: rows.map(({ what, show }) => {
      return { what, values: all.map((column) => valueOf(show(column))) }
    }),
  }
}

/** The value in a row of a table, where there is one; of measures, `column` is null. */
export function findValue(from: Table, what: string, column: string | null): Value | undefined {
  if ('measures' in from) {
    return column === null
      ? from.measures.find((measure) => measure.what === what)?.value
      : undefined
  }
  if (column === null) return undefined
  const at = from.columns.indexOf(column)
  return from.rows.find((each) => each.what === what)?.values[at]
}
