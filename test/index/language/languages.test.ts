import { expect, test } from 'vitest'
import { english } from '../../../index/language/en.ts'
import { languageOf, languageOfQuestion } from '../../../index/language/languages.ts'
import { plainBlocks } from '../../../index/documents/extractors/plain.ts'
import { splitBlocks } from '../../../index/splitting/split.ts'
import { searchStems } from '../../../index/language/stems.ts'

test('a language is known by its primary tag', () => {
  expect(languageOf('en-GB')).toBe(english)
  expect(languageOf('EN')).toBe(english)
})

test('a language without rules keeps its words as they are', () => {
  const german = languageOf('de-AT')
  expect(german.tag).toBe('de')
  expect(searchStems('Warum stiegen die Angriffe?', german)).toEqual([
    'warum',
    'stiegen',
    'die',
    'angriffe',
  ])
  expect(german.refersBack('This is it.')).toBe(false)
  expect(german.replies).toEqual(english.replies)
})

test.each([
  ['Why did it increase?', ['de', 'en'], 'en'],
  ['Warum stiegen Angriffe?', ['de', 'en'], 'de'],
  ['Iran?', ['en', 'de'], 'en'],
  ['Why did it increase?', ['de'], 'de'],
  ['Why?', [], 'en'],
])('"%s", asked of documents in %j, is read in %s', (question, tags, tag) => {
  expect(languageOfQuestion(question, tags).tag).toBe(tag)
})

test('a language without rules still knows common abbreviations', () => {
  const text = 'Dr. Weber kam am Montag. Er blieb.'
  const passages = splitBlocks(text, plainBlocks(text), languageOf('de'))
  expect(passages[0]?.sentences.map(({ start, end }) => text.slice(start, end))).toEqual([
    'Dr. Weber kam am Montag.',
    'Er blieb.',
  ])
})
