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

/** How many numbers stand at the head of a packed line. */
const HEAD = 5

/** Packs the lines of one page, in any order: half a byte for each code unit. */
export function encodePlaces(lines: readonly PlacedLine[]): Uint8Array {
  // Widths of letters repeat each other, so they stand together, and apart from the beginnings of lines.
  const heads: number[] = []
  const widths: number[] = []
  let before = { end: 0, top: 0 }
  for (const { start, end, top, height, edges } of lines) {
    const steps = Array.from(edges, toSteps)
    heads.push(start - before.end, end - start, toSteps(top) - before.top, toSteps(height))
    heads.push(steps[0] ?? 0)
    for (let i = 1; i < steps.length; i++) widths.push((steps[i] ?? 0) - (steps[i - 1] ?? 0))
    before = { end, top: toSteps(top) }
  }
  return deflateRawSync(toBytes([lines.length, ...heads].concat(widths)), { level: 9 })
}

/** Unpacks what {@link encodePlaces} packed. */
export function decodePlaces(places: Uint8Array): PlacedLine[] {
  const [count = 0, ...numbers] = fromBytes(inflateRawSync(places))
  const lines: PlacedLine[] = []
  let at = count * HEAD
  let before = { end: 0, top: 0 }
  for (let i = 0; i < count * HEAD; i += HEAD) {
    const [gap = 0, length = 0, move = 0, height = 0, left = 0] = numbers.slice(i, i + HEAD)
    const start = before.end + gap
    const top = before.top + move
    let edge = left
    const rest = numbers.slice(at, at + length)
    const edges = [left / STEPS, ...Array.from(rest, (width) => (edge += width) / STEPS)]
    lines.push({ start, end: start + length, top: top / STEPS, height: height / STEPS, edges })
    at += length
    before = { end: start + length, top }
  }
  return lines
}

function toSteps(points: number): number {
  return Math.round(points * STEPS)
}

/** Whole numbers in as few bytes as each needs: 7 bits a byte, the sign in the lowest. */
function toBytes(numbers: readonly number[]): Uint8Array {
  const bytes: number[] = []
  for (const number of numbers) {
    let rest = number < 0 ? -2 * number - 1 : 2 * number
    for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128)
    bytes.push(rest)
  }
  return Uint8Array.from(bytes)
}

function fromBytes(bytes: Uint8Array): number[] {
  const numbers: number[] = []
  let number = 0
  let factor = 1
  for (const byte of bytes) {
    number += (byte % 128) * factor
    factor *= 128
    if (byte > 127) continue
    numbers.push(number % 2 === 1 ? -(number + 1) / 2 : number / 2)
    number = 0
    factor = 1
  }
  return numbers
}

/** The rectangles of a span's text on a page, one for each line of which it has a part, from the top down. */
export function rectanglesOf(lines: readonly PlacedLine[], span: Span): Rectangle[] {
  return lines
    .filter(({ start, end }) => start < span.end && span.start < end)
    .map(({ start, top, height, edges }) => {
      const part = edges.slice(Math.max(0, span.start - start), span.end - start + 1)
      const x = Math.min(...part)
      return { x, y: top, width: toSteps(Math.max(...part) - x) / STEPS, height }
    })
    .filter(({ width }) => width > 0)
}
