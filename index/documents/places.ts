import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { Span } from '../span.ts'

/** A line of text on a page. Lengths are in points, from the top left corner of the page as it is displayed. */
export interface PlacedLine extends Span {
  readonly top: number
  readonly height: number
  /** The x of the edges between its UTF-16 code units: one more than there are code units. */
  readonly edges: readonly number[]
}

/** A rectangle on a page, in points from the top left corner of the page as it is displayed. */
export interface Rectangle {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** Places are kept in steps of this many to a point. */
const STEPS = 10

/** Packs the lines of one page, in any order. */
export function encodePlaces(lines: readonly PlacedLine[]): Uint8Array {
  const numbers = lines.flatMap(({ start, end, top, height, edges }) => {
    const steps = Array.from(edges, (edge) => Math.round(edge * STEPS))
    const moves = Array.from(steps, (step, i) => step - (steps[i - 1] ?? 0))
    return [start, end - start, Math.round(top * STEPS), Math.round(height * STEPS), ...moves]
  })
  return deflateRawSync(new Uint8Array(Int32Array.from(numbers).buffer))
}

/** Unpacks what {@link encodePlaces} packed. */
export function decodePlaces(places: Uint8Array): PlacedLine[] {
  const bytes = new Uint8Array(inflateRawSync(places))
  const numbers = new Int32Array(bytes.buffer)
  const lines: PlacedLine[] = []
  for (let i = 0; i < numbers.length;) {
    const [start = 0, length = 0, top = 0, height = 0] = numbers.subarray(i, i + 4)
    const moves = numbers.subarray(i + 4, i + 5 + length)
    let step = 0
    const edges = Array.from(moves, (move) => (step += move) / STEPS)
    lines.push({ start, end: start + length, top: top / STEPS, height: height / STEPS, edges })
    i += 5 + length
  }
  return lines
}

/** The rectangles of a span's text on a page, one for each line of which it has a part, from the top down. */
export function rectanglesOf(lines: readonly PlacedLine[], span: Span): Rectangle[] {
  return lines
    .filter(({ start, end }) => start < span.end && span.start < end)
    .map(({ start, top, height, edges }) => {
      const part = edges.slice(Math.max(0, span.start - start), span.end - start + 1)
      const x = Math.min(...part)
      return { x, y: top, width: Math.max(...part) - x, height }
    })
    .filter(({ width }) => width > 0)
}
