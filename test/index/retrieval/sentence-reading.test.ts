import { expect, test } from 'vitest'
import type { Reading } from '../../../index/inference/types.ts'
import { modelText } from '../../../index/model-text.ts'
import { readingsOf } from '../../../index/retrieval/sentence-reading.ts'

const TEXT = 'Ann led it\nfrom May.  Ben left.'
const SENTENCES = [
  { start: 0, end: 20 },
  { start: 22, end: 31 },
]
/** As models read it: "A title: Ann led it from May. Ben left." */
const READ = modelText('A title', TEXT, 0)

/** A reading in which some words have a logit of 5 to start or to end the answer, and all others -5. */
function reading(starts: readonly string[], ends: readonly string[]): Reading {
  const words = [...READ.text.matchAll(/\w+/g)]
  const logits = (chosen: readonly string[]) =>
    Float32Array.from(words, ([word]) => (chosen.includes(word) ? 5 : -5))
  return {
    places: words.map(({ 0: word, index }) => ({ start: index, end: index + word.length })),
    starts: logits(starts),
    ends: logits(ends),
    evidence: Float32Array.from(words, ([word]) => (word === 'Ben' || word === 'left' ? 2 : -2)),
    notHere: 1,
  }
}

function wordsOf(span: { start: number; end: number } | undefined): string | null {
  return span ? TEXT.slice(span.start, span.end) : null
}

test('a reading gives the words that answer, as they stand in the document', () => {
  const [first, second] = readingsOf(SENTENCES, READ, reading(['it'], ['May']))
  expect(wordsOf(first?.words)).toBe('it\nfrom May')
  expect(first?.margin).toBe(9)
  expect(second?.margin).toBe(-11)
})

test('the words that answer never cross from one sentence to another', () => {
  const readings = readingsOf(SENTENCES, READ, reading(['May'], ['Ben']))
  for (const [i, { start, end }] of SENTENCES.entries()) {
    const { words } = readings[i] ?? {}
    expect(words?.start).toBeGreaterThanOrEqual(start)
    expect(words?.end).toBeLessThanOrEqual(end)
  }
})

test('the words that answer end where or after they start', () => {
  const [first] = readingsOf(SENTENCES, READ, reading(['May'], ['Ann']))
  expect(first?.margin).toBe(-1)
})

test('the words of the title are never the answer', () => {
  const [first] = readingsOf(SENTENCES, READ, reading(['title'], ['title']))
  expect(first?.margin).toBe(-11)
})

test('the evidence is that of the sentence alone', () => {
  const [first, second] = readingsOf(SENTENCES, READ, reading([], []))
  expect([first?.evidence, second?.evidence]).toEqual([-2, 2])
})

test('a sentence beyond the last token that was read has no reading', () => {
  const { places, ...rest } = reading(['Ann'], ['Ann'])
  const [first, second] = readingsOf(SENTENCES, READ, { places: places.slice(0, 5), ...rest })
  expect(first).not.toBeNull()
  expect(second).toBeNull()
})
