import { expect, test } from 'vitest'
import { CSV_HEADER, csvLine } from '../../../server/questions/csv.ts'
import type { KeptQuestion } from '../../../server/state/state.ts'

const QUESTION: KeptQuestion = {
  id: 1,
  group: 2,
  question: 'who?',
  interpretedAs: 'Who sleeps?',
  collections: ['a', 'b'],
  answered: true,
  confidence: 0.91234,
  found: [{ documentId: 'cats', title: 'Cats', start: 0, end: 10, text: 'Cats sleep.' }],
  times: 3,
  lastAskedMs: Date.UTC(2026, 2, 4),
  helped: 1,
  didNotHelp: 0,
}

test('a question is a line with a cell for each column', () => {
  expect(CSV_HEADER.split(',')).toHaveLength(15)
  expect(csvLine(QUESTION)).toBe(
    '1,2,who?,Who sleeps?,yes,0.912,3,2026-03-04T00:00:00.000Z,1,0,"a, b",cats,0,10,Cats sleep.\r\n',
  )
  expect(csvLine({ ...QUESTION, found: [], collections: null })).toMatch(/,1,0,,,,,\r\n$/)
})

test.each([
  ['Is "this" so?', '"Is ""this"" so?"'],
  ['one, two', '"one, two"'],
  ['one\ntwo', '"one\ntwo"'],
  ['one\rtwo', '"one\rtwo"'],
  ['=1+1', "'=1+1"],
  ['=HYPERLINK("x")', '"\'=HYPERLINK(""x"")"'],
  ['+1', "'+1"],
  ['-1', "'-1"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['\t=1', "'\t=1"],
  ['\r=1', '"\'\r=1"'],
  [' =1', "' =1"],
  ["'=1", "''=1"],
  ['\uFF1D1+1', "'\uFF1D1+1"],
  ['one;=1+1', "one;'=1+1"],
  ['one; "+1', '"one; ""\'+1"'],
  ['one\n=1', '"one\n\'=1"'],
  ['one\n\n- two', '"one\n\n\'- two"'],
  ['1 = 1', '1 = 1'],
  ['one; two - three', 'one; two - three'],
])('%j is the cell %s, which is no formula', (question, cell) => {
  expect(csvLine({ ...QUESTION, question })).toContain(`1,2,${cell},Who`)
})
