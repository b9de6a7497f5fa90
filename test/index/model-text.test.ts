import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { documentSpan, modelText } from '../../index/model-text.ts'

test('white space is folded, and every character keeps its place in the document', () => {
  const document = 'Before.  In early July,\n\na commentator was murdered. After.'
  const piece = document.slice(9, document.indexOf('. After') + 1)
  const read = modelText('A  title', piece, 9)
  expect(read.text).toBe('A title: In early July, a commentator was murdered.')
  const start = read.text.indexOf('July')
  const place = documentSpan(read, { start, end: start + 'July, a'.length })
  expect(place && document.slice(place.start, place.end)).toBe('July,\n\na')
  expect(documentSpan(read, { start: 0, end: 'A title'.length })).toBeNull()
})

test('what a span of a model’s text says, the document says at its place', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'é', '😀', ' ', '\n', '\t', '.', '\u2003') })
  fc.assert(
    fc.property(fc.string(), text, text, fc.nat(), fc.nat(), (title, before, piece, a, b) => {
      const document = before + piece
      const read = modelText(title, piece, before.length)
      const ends = [a, b].map((n) => n % (read.text.length + 1)).toSorted((x, y) => x - y)
      const [start = 0, end = 0] = ends
      const place = documentSpan(read, { start, end })
      const said = Array.from({ length: end - start }, (_, i) => start + i)
        .filter((i) => read.offsets[i] !== -1)
        .map((i) => read.text.charAt(i))
        .join('')
      const there = place ? document.slice(place.start, place.end) : ''
      return withoutSpace(there) === withoutSpace(said) && read.offsets.length === read.text.length
    }),
  )
})

function withoutSpace(text: string): string {
  return text.replace(/\s+/g, '')
}
