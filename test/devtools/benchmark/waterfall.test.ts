import { expect, test } from 'vitest'
import { waterfall } from '../../../devtools/benchmark/waterfall.ts'

/** The bars of an SVG. */
function bars(svg: string): { x: number; y: number; width: number }[] {
  return Array.from(
    svg.matchAll(/<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)"/g),
    ([, x, y, width]) => ({ x: Number(x), y: Number(y), width: Number(width) }),
  )
}

const STEPS = [
  { name: 'read & hash', startMs: 400, endMs: 1200 },
  { name: 'start', startMs: 0, endMs: 400 },
]

test('each step has a bar as long as it took, where it began, below the steps that began before', () => {
  const [start, hash] = bars(waterfall('A start', STEPS))
  expect(hash?.width).toBeCloseTo(2 * (start?.width ?? 0), 0)
  expect(hash?.x).toBeCloseTo((start?.x ?? 0) + (start?.width ?? 0), 0)
  expect(hash?.y).toBeGreaterThan(start?.y ?? 0)
})

test('the title, the steps, their times and round times are text', () => {
  const svg = waterfall('A start', STEPS)
  for (const text of ['A start', 'read &amp; hash', '800', '0 ms', '1,000 ms']) {
    expect(svg).toContain(`>${text}</t`)
  }
  expect(svg).not.toMatch(/NaN|undefined/)
})
