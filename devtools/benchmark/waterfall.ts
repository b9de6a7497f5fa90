import type { Step } from '../../index/steps.ts'
import { INK, round, svg, text } from './svg.ts'

const WIDTH = 800
const NAMES_WIDTH = 290
const RIGHT = 60
const TOP = 44
const BOTTOM = 34
const ROW = 22
const BAR = 14
/** How many lines the axis of time has, about. */
const LINES = 6

const COLOR = '#2f7fe0'

/** An SVG of steps below each other, each as a bar from its start to its end, in the order of their starts. Text stays text. */
export function waterfall(title: string, steps: readonly Step[]): string {
  const rows = steps.toSorted((a, b) => a.startMs - b.startMs)
  const endMs = Math.max(...rows.map((row) => row.endMs))
  const height = TOP + rows.length * ROW + BOTTOM
  const at = (ms: number) => round(NAMES_WIDTH + (ms / endMs) * (WIDTH - NAMES_WIDTH - RIGHT))
  const bottom = height - BOTTOM
  const lines = ticks(endMs).map((ms) =>
    [
      `<path d="M${at(ms)} ${TOP - 8}V${bottom}" stroke="${INK}" stroke-opacity="0.3"/>`,
      text(at(ms), bottom + 16, 'middle', `${ms.toLocaleString('en')} ms`),
    ].join('\n'),
  )
  const bars = rows.map(({ name, startMs, endMs: end }, i) => {
    const y = TOP + i * ROW
    const width = Math.max(1, round(at(end) - at(startMs)))
    const middle = y + BAR / 2 + 4
    return [
      text(NAMES_WIDTH - 10, middle, 'end', name),
      `<rect x="${at(startMs)}" y="${y}" width="${width}" height="${BAR}" rx="2" fill="${COLOR}"/>`,
      text(
        at(startMs) + width + 5,
        middle,
        'start',
        Math.round(end - startMs).toLocaleString('en'),
      ),
    ].join('\n')
  })
  const heading = text(10, 18, 'start', title, 'font-weight="600"')
  return svg(WIDTH, height, title, [heading, ...lines, ...bars].join('\n'))
}

/** Round times from 0 to the end. */
function ticks(endMs: number): number[] {
  const power = 10 ** Math.floor(Math.log10(endMs / LINES))
  const distance = [1, 2, 5, 10].map((by) => by * power).find((by) => endMs / by <= LINES) ?? power
  return Array.from({ length: Math.floor(endMs / distance) + 1 }, (_, i) => i * distance)
}
