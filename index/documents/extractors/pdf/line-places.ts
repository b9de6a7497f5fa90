import type { PlacedLine } from '../../places.ts'
import type { PageText } from './flow.ts'
import type { Glyph } from './glyphs.ts'
import { isRightToLeft } from './ligatures.ts'
import { hasSpaceBefore, type Line } from './lines.ts'

/** How far letters reach above and below the baseline, in sizes: little enough not to touch the lines around them. */
const ASCENT = 0.75
const DESCENT = 0.22

/** A code unit of a line's text: where it begins and ends, along the line. */
interface Unit {
  readonly from: number
  readonly to: number
  readonly backwards: boolean
}

/** The text of a line's glyphs, and where it stands on the page, when it is written at `start`. */
export function placesOf(
  glyphs: readonly Glyph[],
  line: Line,
  on: PageText,
  start: number,
): { text: string; places: PlacedLine[] } {
  let text = ''
  const units: Unit[] = []
  glyphs.forEach((glyph, i) => {
    const backwards = isRightToLeft(glyph.text)
    if (hasSpaceBefore(glyphs, i)) {
      text += ' '
      units.push(spaceBetween(units.at(-1), glyph, backwards))
    }
    text += glyph.text
    units.push(...unitsOf(glyph, backwards))
  })
  const top = line.baseline - ASCENT * line.size
  const bottom = line.baseline + DESCENT * line.size
  const places = runsOf(units).map(({ first, run }) => {
    return {
      start: start + first,
      end: start + first + run.length,
      top,
      height: bottom - top,
      edges: edgesOf(run),
    }
  })
  return { text, places: places.flatMap((place) => asDisplayed(place, on)) }
}

/** The code units of a glyph, each with an equal share of its width. */
function unitsOf({ text, left, right }: Glyph, backwards: boolean): Unit[] {
  const step = (right - left) / text.length
  return Array.from({ length: text.length }, (_, i) =>
    backwards
      ? { from: right - i * step, to: right - (i + 1) * step, backwards }
      : { from: left + i * step, to: left + (i + 1) * step, backwards },
  )
}

function spaceBetween(before: Unit | undefined, after: Glyph, backwards: boolean): Unit {
  const from = before?.to ?? after.left
  if (before && before.backwards !== backwards) return { ...before, from, to: from }
  return { from, to: backwards ? after.right : after.left, backwards }
}

/** Runs of code units that go the same way. */
function runsOf(units: readonly Unit[]): { first: number; run: Unit[] }[] {
  const runs: { first: number; run: Unit[] }[] = []
  units.forEach((unit, i) => {
    const current = runs.at(-1)
    if (current && current.run[0]?.backwards === unit.backwards) current.run.push(unit)
    else runs.push({ first: i, run: [unit] })
  })
  return runs
}

function edgesOf(run: readonly Unit[]): number[] {
  return [...run.map(({ from }) => from), run.at(-1)?.to ?? 0]
}

/** Turns a line as the page is displayed. A line that runs up or down becomes one for each code unit. */
function asDisplayed(line: PlacedLine, { turn, width, height }: PageText): PlacedLine[] {
  const { start, end, top, edges } = line
  const bottom = top + line.height
  if (turn === 0) return [line]
  if (turn === 180) {
    return [{ ...line, top: height - bottom, edges: edges.map((edge) => width - edge) }]
  }
  return Array.from({ length: end - start }, (_, i) => {
    const a = edges[i] ?? 0
    const b = edges[i + 1] ?? a
    const y = turn === 90 ? Math.min(a, b) : width - Math.max(a, b)
    const across = turn === 90 ? [height - bottom, height - top] : [top, bottom]
    return { start: start + i, end: start + i + 1, top: y, height: Math.abs(b - a), edges: across }
  })
}
