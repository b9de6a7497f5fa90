import { describe, expect, test } from 'vitest'
import { readFrontMatter } from '../../../index/documents/front-matter.ts'

test('the text is what follows the front matter, byte for byte', () => {
  const { frontMatter, text } = readFrontMatter(
    '---\r\ntitle: "A: b"\ndate: 2020-07-22\nauthor: [Ann, Bob]\ntags: x\n---\r\n\r\n  Text.\n',
  )
  expect(text).toBe('\r\n  Text.\n')
  expect(frontMatter).toMatchObject({ title: 'A: b', date: '2020-07-22', author: 'Ann, Bob' })
  expect(frontMatter.source).toBeNull()
})

test.each([
  ['no front matter', 'Text.'],
  ['a rule that is never closed', '---\nText.'],
  ['a longer rule', '----\ntitle: x\n----\n'],
  ['nothing at all', ''],
])('%s leaves the text alone', (_, file) => {
  expect(readFrontMatter(file).text).toBe(file)
})

test('empty front matter has no values', () => {
  expect(readFrontMatter('---\n---\nText.')).toMatchObject({ text: 'Text.' })
  expect(readFrontMatter('---\n---').text).toBe('')
})

describe('an error names the wrong value', () => {
  test.each([
    ['a list', '- a\n- b', 'it is not a list of "key: value" lines'],
    ['broken YAML', 'title: "a', 'Missing closing "quote'],
    ['a wrong address', 'source: example', '"source" is not a web address'],
    ['a script for an address', 'source: "javascript:alert(1)"', '"source" is not a web address'],
    ['a wrong language', 'language: not a tag', '"language" is not a language tag'],
    ['a map for a title', 'title: {a: b}', '"title" is not text'],
  ])('%s', (_, yaml, message) => {
    expect(() => readFrontMatter(`---\n${yaml}\n---\nText.`)).toThrow(message)
  })
})
