import type { KeptFigure, Value } from './figures.ts'
import { findValue, type Table } from './tables.ts'

const NONE = '–'

/**
 * A Markdown table, with the changes against `earlier`, the same table of an earlier run: of a measure, the change of its first
 * figure; where there are several columns, those of all figures of a value, behind it.
 */
export function renderTable(table: Table, earlier: Table | undefined): string {
  const changesOf = (value: Value, what: string, column: string | null) => {
    const before = earlier && findValue(earlier, what, column)
    return value.figures.map((figure, i) => describeChange(figure, before?.figures[i]))
  }
  if ('measures' in table) {
    return lines(
      [table.name, 'value', 'change', 'target', 'met'],
      table.measures.map(({ what, value, target, met }) => [
        what,
        value.text,
        changesOf(value, what, null)[0] ?? NONE,
        target,
        met === null ? NONE : met ? 'yes' : 'no',
      ]),
    )
  }
  const { name, columns, rows } = table
  return lines(
    [name, ...columns],
    Array.from(rows, ({ what, values }) => {
      const cells = values.map((value, i) => {
        const changes = changesOf(value, what, columns[i] ?? '')
        const isCompared = changes.some((change) => change !== NONE)
        return isCompared ? `${value.text} (${changes.join(' / ')})` : value.text
      })
      return [what, ...cells]
    }),
  )
}

/**
 * How a figure changed: "×0.65"; of percentages, and from 0, the difference: "+1.2"; "=" if it is the same; a dash where there is
 * nothing to compare.
 */
export function describeChange(now: KeptFigure, before: KeptFigure | undefined): string {
  if (now.unit !== before?.unit) return NONE
  if (now.value === before.value) return '='
  if (now.unit !== '%' && before.value !== 0) return `×${(now.value / before.value).toFixed(2)}`
  const difference = Number((now.value - before.value).toFixed(2))
  return difference > 0 ? `+${difference}` : `${difference}`.replace('-', '−')
}

function lines(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n')
}
