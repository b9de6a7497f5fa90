import { expect, test } from 'vitest'
import { english } from '../../../index/language/en.ts'
import { compareWording } from '../../../server/vouched/wording.ts'

const SOURCES = { title: 'Halden Outdoor', quotes: 'Goods may be returned within 45 days.' }

function compare(asked: string, vouched: string) {
  return compareWording(asked, vouched, SOURCES, english)
}

test('opposites are told from other words', () => {
  expect(compare('When does the strike end?', 'When does the strike begin?').opposites).toBe(1)
  expect(compare('When does the walkout begin?', 'When does the strike begin?').opposites).toBe(0)
})

test('a negation in one question only, and numbers that only one has, are seen', () => {
  expect(compare('May dogs not come in?', 'May dogs come in?')).toMatchObject({ negation: 1 })
  expect(compare("Why didn't dogs come?", 'Why did dogs not come?')).toMatchObject({ negation: 0 })
  expect(compare('What was sold in 2021?', 'What was sold in 2022?')).toMatchObject({ numbers: 2 })
})

test.each([
  ['Who founded the club?', 'When was the club founded?', { kindsDiffer: 1, kindsAgree: 0 }],
  ['reason for the fire', 'Why was there a fire?', { kindsDiffer: 0, kindsAgree: 1 }],
  ['return policy', 'How long may I keep goods?', { kindsDiffer: 0, kindsAgree: 0 }],
])('"%s" and "%s": the kinds of answers are compared', (asked, vouched, expected) => {
  expect(compare(asked, vouched)).toMatchObject(expected)
})

test('a word that only the asked question has is foreign unless the title or the quotes have it', () => {
  expect(compare('Halden days for goods', 'How long?')).toMatchObject({ foreign: 0, added: 3 })
  expect(compare('Halden days for bicycles', 'How long?')).toMatchObject({ foreign: 1, added: 3 })
})

test('a misspelt word is the same word, another number is not', () => {
  const { added, dropped } = compare('When is the delivrey?', 'When is the delivery?')
  expect([added, dropped]).toEqual([0, 0])
  expect(compare('orders of 1234567', 'orders of 1234568')).toMatchObject({ added: 1, dropped: 1 })
})

test('the order of the common words is compared', () => {
  expect(compare('Did Kiel beat Lyon?', 'Did Lyon beat Kiel?').inversions).toBeGreaterThan(0)
  expect(compare('Did Kiel beat Lyon then?', 'Did Kiel beat Lyon?').inversions).toBe(0)
})
