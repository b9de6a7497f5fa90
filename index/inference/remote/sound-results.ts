import type { Span } from '../../span.ts'
import type { Reading } from '../types.ts'

/**
 * How far the length of an embedding may be from 1. Rounding to 32-bit floats changes it by less than 0.000001, and a processor
 * of another kind by no more.
 */
const LENGTH_TOLERANCE = 0.001

/** Whether a vector can be a normalised embedding with this many dimensions. */
export function isEmbedding(vector: Float32Array, dimensions: number): boolean {
  if (vector.length !== dimensions) return false
  const squares = vector.reduce((sum, value) => sum + value * value, 0)
  return Math.abs(Math.sqrt(squares) - 1) <= LENGTH_TOLERANCE
}

/** Whether a reading can be of this text: each token has its logits, and its place in the text, in order. */
export function isReadingOf({ places, starts, ends, evidence }: Reading, text: string): boolean {
  return (
    [starts, ends, evidence].every(({ length }) => length === places.length) &&
    places.every((place, i) => follows(place, places[i - 1]) && place.end <= text.length)
  )
}

/** Whether a token's place may come after another: that of the same word, or of a later one. */
function follows({ start, end }: Span, before: Span = { start: 0, end: 0 }): boolean {
  if (start >= end) return false
  return start >= before.end || (start === before.start && end === before.end)
}
