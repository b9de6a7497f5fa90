import { expect, test } from 'vitest'
import {
  engineMeasures,
  enginePlot,
  engineTable,
} from '../../../devtools/benchmark/engine-report.ts'
import type { DatabaseFigures } from '../../../devtools/benchmark/measure-database.ts'
import type { ScaleFigures } from '../../../devtools/benchmark/measure-scale.ts'
import { valueOf } from '../../../devtools/measurements/figures.ts'
import { renderTable } from '../../../devtools/measurements/render.ts'

const TIMES = { p50: 4, p95: 8 }
const WORDS = { ...TIMES, first: 90, found: 95, fused: 97 }

const DATABASE: DatabaseFigures = {
  buildMs: 4000,
  bytes: 9e6,
  graphBytes: 2e6,
  retrieval: { p50: 12, p95: 39 },
  searches: { words: TIMES, vectors: TIMES },
  recall: 0.99,
  publications: [
    { buildMs: 500, seenMs: 900 },
    { buildMs: 400, seenMs: 2100 },
  ],
}

function figuresOf(passages: number, database: DatabaseFigures | null): ScaleFigures {
  return {
    passages,
    sentences: 2 * passages,
    index: {
      documentsDir: '',
      indexDir: '',
      sqliteFile: '',
      vectorsFile: '',
      sqliteBytes: 5e6,
      vectorsBytes: 1e6,
      buildMs: 2500,
    },
    start: { readyMs: 1000, memoryBytes: 1e9, sharedOnceBytes: 8e8, steps: [] },
    recall: 1,
    publication: { publishMs: 500, longestBuildHoldMs: 5, longestOpenHoldMs: 4 },
    retrieval: TIMES,
    hnsw: TIMES,
    searches: { words: TIMES, vectors: TIMES },
    generated: { rarest: WORDS, every: WORDS },
    mixedIn: null,
    database,
  }
}

test('the largest index is held against the targets', () => {
  const measures = engineMeasures([figuresOf(1000, DATABASE), figuresOf(10_000, DATABASE)])
  expect(measures.map(({ value, met }) => [valueOf(value).text, met])).toEqual([
    ['12.0 ms', true],
    ['39.0 ms', true],
    ['0.63', true],
    ['2100 ms', false],
    ['0.990', true],
  ])
  expect(measures.every(({ what }) => what.includes('10,000'))).toBe(true)
})

test('the table and the charts have both engines at each size', () => {
  const all = [figuresOf(1000, DATABASE), figuresOf(10_000, DATABASE)]
  const table = renderTable(engineTable(all), undefined)
  expect(table).toContain('| passages, on both engines | 1,000 | 10,000 |')
  expect(table).toContain('400 / 250')
  expect(table).toContain('6 MB / 9 MB')
  expect(table).toContain('900 ms, 2100 ms')
  const svg = enginePlot(all)
  expect(svg.match(/<circle/g)).toHaveLength(16)
  expect(svg).not.toMatch(/NaN|undefined/)
})

test('without a server there are no measures', () => {
  expect(engineMeasures([figuresOf(1000, null)])).toEqual([])
})
