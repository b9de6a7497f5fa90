import { expect, test } from 'vitest'
import {
  decodePlaces,
  encodePlaces,
  type PlacedLine,
  rectanglesOf,
} from '../../../index/documents/places.ts'

const LINES: readonly PlacedLine[] = [
  { start: 100, end: 104, top: 72, height: 12, edges: [50, 56.5, 60, 70, 80.2] },
  { start: 105, end: 107, top: 90.5, height: 12, edges: [50, 55, 61] },
  // From right to left.
  { start: 110, end: 112, top: 120, height: 10, edges: [400, 390, 385] },
]

test('places are the same after they were packed', () => {
  expect(decodePlaces(encodePlaces(LINES))).toEqual(LINES)
  expect(decodePlaces(encodePlaces([]))).toEqual([])
})

test('a span has a rectangle on each line that it is on', () => {
  expect(rectanglesOf(LINES, { start: 102, end: 106 })).toEqual([
    { x: 60, y: 72, width: 20.2, height: 12 },
    { x: 50, y: 90.5, width: 5, height: 12 },
  ])
  expect(rectanglesOf(LINES, { start: 104, end: 105 })).toEqual([])
})

test('text from right to left has rectangles too', () => {
  expect(rectanglesOf(LINES, { start: 111, end: 112 })).toEqual([
    { x: 385, y: 120, width: 5, height: 10 },
  ])
})
