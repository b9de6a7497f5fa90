import { expect, test } from 'vitest'
import { plot } from '../../../devtools/benchmark/plot.ts'

function points(y: number[]) {
  return y.map((value, i) => ({ x: 10 ** (i + 1), y: value }))
}

/** The positions of the dots in an SVG. */
function dots(svg: string): { x: number; y: number }[] {
  return Array.from(svg.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)"/g), ([, x, y]) => {
    return { x: Number(x), y: Number(y) }
  })
}

test('values in proportion to the size lie on a straight line', () => {
  const svg = plot('Growth', 'size', [
    { title: 'ms', series: [{ name: 'linear', points: points([1, 10, 100]) }] },
  ])
  const [a, b, c] = dots(svg)
  expect((b?.x ?? 0) - (a?.x ?? 0)).toBeCloseTo((c?.x ?? 0) - (b?.x ?? 0), 0)
  expect((a?.y ?? 0) - (b?.y ?? 0)).toBeCloseTo((b?.y ?? 0) - (c?.y ?? 0), 0)
  expect(a?.y).toBeGreaterThan(c?.y ?? 0)
})

test('the title, series and values of every chart are text', () => {
  const svg = plot('Growth', 'size', [
    { title: 'Time & more, ms', series: [{ name: '<p50>', points: points([0.25, 4200]) }] },
    { title: 'Memory', series: [{ name: 'all', points: points([7, 7]) }] },
  ])
  for (const text of ['Growth', 'Time &amp; more, ms', '&lt;p50&gt;', '0.3', '4,200', 'Memory']) {
    expect(svg).toContain(`>${text}</t`)
  }
  expect(svg).not.toMatch(/NaN|undefined/)
  expect(dots(svg)).toHaveLength(4)
})
