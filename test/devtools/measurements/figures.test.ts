import { expect, test } from 'vitest'
import {
  count,
  decimal,
  listed,
  mebibytes,
  megabytes,
  ms,
  percent,
  perSecond,
  seconds,
  shown,
  valueOf,
} from '../../../devtools/measurements/figures.ts'

test('a value has its text, and each figure in it as a number with its unit', () => {
  expect(
    shown`${decimal(0.93518)} (${perSecond(10.031)} / ${perSecond(1872.4)}), ${3} more`,
  ).toEqual({
    text: '0.935 (10.03/s / 1872/s), 3 more',
    figures: [
      { value: 0.93518, unit: '' },
      { value: 10.031, unit: '/s' },
      { value: 1872.4, unit: '/s' },
      { value: 3, unit: '' },
    ],
  })
})

test.each([
  [count(100_120), '100,120'],
  [ms(7.46), '7.5 ms'],
  [ms(1352.4), '1352 ms'],
  [seconds(910, 2), '0.91 s'],
  [percent(97.94), '97.9 %'],
  [mebibytes(3 * 2 ** 20), '3 MiB'],
  [megabytes(3e6), '3 MB'],
])('a figure is rounded in its text only: %s', (figure, text) => {
  expect(valueOf(figure)).toEqual({
    text,
    figures: [{ value: figure.value, unit: figure.unit }],
  })
})

test('text has no figures, and several figures are listed', () => {
  expect(valueOf('nothing')).toEqual({ text: 'nothing', figures: [] })
  expect(shown`up, ${'answered'}`).toEqual({ text: 'up, answered', figures: [] })
  expect(listed([ms(1), ms(200)])).toEqual({
    text: '1.0 ms, 200 ms',
    figures: [
      { value: 1, unit: 'ms' },
      { value: 200, unit: 'ms' },
    ],
  })
})

test('what JSON cannot hold is only text, and digits that say nothing are not kept', () => {
  expect(shown`${ms(NaN)}`.figures).toEqual([])
  expect(shown`${decimal(1 / 3)}`.figures).toEqual([{ value: 0.33333333, unit: '' }])
})
