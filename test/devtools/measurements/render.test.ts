import { describe, expect, test } from 'vitest'
import { decimal, ms, percent, shown } from '../../../devtools/measurements/figures.ts'
import { describeChange, renderTable } from '../../../devtools/measurements/render.ts'
import {
  row,
  type Table,
  tableOfColumns,
  tableOfMeasures,
} from '../../../devtools/measurements/tables.ts'

function measured(rate: number, faults: string): Table {
  return tableOfMeasures([
    {
      what: 'rate',
      value: shown`${decimal(rate)} (${ms(1)} / ${ms(2)})`,
      target: '≥ 0.9',
      met: rate >= 0.9,
    },
    { what: 'faults', value: faults, target: 'none', met: true },
    { what: `new at ${rate}`, value: shown`${ms(5)}`, target: '–', met: null },
  ])
}

function sizes(columns: readonly { size: number; p50: number }[]): Table {
  return tableOfColumns('passages', columns, ({ size }) => `${size}`, [
    row('retrieval', ({ p50 }) => shown`${ms(p50)} / ${ms(2 * p50)}`),
    row('server', () => 'none'),
  ])
}

describe('a change', () => {
  test.each([
    [ms(65), ms(100), '×0.65'],
    [ms(100), ms(100), '='],
    [decimal(5), decimal(0), '+5'],
    [percent(90.1), percent(89.4), '+0.7'],
    [percent(89.4), percent(90.1), '−0.7'],
    [ms(1), decimal(1), '–'],
    [ms(1), undefined, '–'],
  ])('from figures of one unit: %s after %s is %s', (now, before, change) => {
    expect(describeChange(now, before)).toBe(change)
  })
})

test('measures have the change of their first figure, beside target and result', () => {
  expect(renderTable(measured(0.8, 'none'), measured(1, 'none')).split('\n')).toEqual([
    '| measured | value | change | target | met |',
    '| --- | --- | --- | --- | --- |',
    '| rate | 0.800 (1.0 ms / 2.0 ms) | ×0.80 | ≥ 0.9 | no |',
    '| faults | none | – | none | yes |',
    '| new at 0.8 | 5.0 ms | – | – | – |',
  ])
})

test('columns are compared with the columns of the same name, and each figure with its own', () => {
  const earlier = sizes([
    { size: 10, p50: 4 },
    { size: 100, p50: 8 },
  ])
  const now = sizes([
    { size: 100, p50: 4 },
    { size: 1000, p50: 9 },
  ])
  expect(renderTable(now, earlier).split('\n')).toEqual([
    '| passages | 100 | 1000 |',
    '| --- | --- | --- |',
    '| retrieval | 4.0 ms / 8.0 ms (×0.50 / ×0.50) | 9.0 ms / 18.0 ms |',
    '| server | none | none |',
  ])
  expect(renderTable(now, undefined)).not.toContain('×')
})
