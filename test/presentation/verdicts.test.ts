import { expect, test } from 'vitest'
import { countVerdicts, isMostlyQuotations } from '../../presentation/verdicts.ts'

test('verdicts are counted in one order, without those that were not given', () => {
  const judged = [{ verdict: 'not-found' }, { verdict: 'quoted' }, { verdict: 'quoted' }] as const
  expect(countVerdicts(judged, 'sentence')).toBe('3 sentences: 2 quoted, 1 not found')
  expect(countVerdicts(judged.slice(0, 1), 'quotation')).toBe('1 quotation: 1 not found')
  expect(countVerdicts([], 'quotation')).toBe('0 quotations')
})

test.each([
  [[], false],
  [[{ start: 2, end: 6 }], false],
  [[{ start: 0, end: 5 }], true],
  [
    [
      { start: 0, end: 3 },
      { start: 6, end: 9 },
    ],
    true,
  ],
])('a sentence with the quotations %j is mostly quotations: %s', (quotations, expected) => {
  expect(isMostlyQuotations({ start: 0, end: 10, quotations })).toBe(expected)
})
