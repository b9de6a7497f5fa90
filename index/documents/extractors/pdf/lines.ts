import type { Glyph } from './glyphs.ts'
import { isRightToLeft } from './ligatures.ts'

/** A line of text, or the part of one that stands in a column. */
export interface Line {
  readonly glyphs: readonly Glyph[]
  /** With a space wherever there is white space; its glyphs stand in this order. */
  readonly text: string
  readonly left: number
  readonly right: number
  readonly baseline: number
  /** Of most of its letters, in points, to a tenth. */
  readonly size: number
  /** Whether all of its letters are bold. */
  readonly bold: boolean
  readonly monospaced: boolean
}

/** How far, in sizes of the line, a glyph of the same line may stand above or below the baseline: a little, or much if it is small. */
const SAME_BASELINE = 0.2
const RAISED = 0.65

/** From this share of the line's size on, a glyph is no raised mark. */
const SMALL = 0.86

/** How far a line may go back to the left, in its sizes: letters overlap, and accents stand on letters before them. */
const BACKWARDS = 0.6

/** A gap of so many sizes is white space, even where PDFium found none. */
const SPACE = 0.2

const RAISED_DIGITS = '⁰¹²³⁴⁵⁶⁷⁸⁹'

/** The lines of glyphs in the order of the file. A line ends where the next glyph stands on another baseline, or further left. */
export function linesOf(glyphs: readonly Glyph[]): Line[] {
  const lines: Line[] = []
  let current: Glyph[] = []
  let main: Glyph | undefined
  let bothWays = false
  for (const glyph of glyphs) {
    const previous = current.at(-1)
    bothWays ||= isRightToLeft(glyph.text)
    if (main && previous && goesOn(main, previous, glyph, bothWays)) {
      if (glyph.size > main.size * 1.05) main = glyph
      current.push(glyph)
    } else {
      if (current.length > 0) lines.push(lineOf(current))
      current = [glyph]
      main = glyph
      bothWays = isRightToLeft(glyph.text)
    }
  }
  if (current.length > 0) lines.push(lineOf(current))
  return lines
}

/** Whether a glyph stands on the line of the one before it. A line with Arabic or Hebrew in it runs both ways. */
function goesOn(main: Glyph, previous: Glyph, next: Glyph, bothWays: boolean): boolean {
  const size = Math.max(main.size, next.size)
  const smaller = Math.min(main.size, next.size) < SMALL * size
  const shift = Math.abs(next.baseline - main.baseline)
  if (shift > size * (smaller ? RAISED : SAME_BASELINE)) return false
  // A small glyph far away is no raised mark of this line.
  if (smaller && shift > size * SAME_BASELINE && next.left - previous.right > size) return false
  if (bothWays) return true
  return next.left > previous.left - BACKWARDS * size && next.right > main.left
}

/** A line of at least one glyph. */
export function lineOf(glyphs: readonly Glyph[]): Line {
  const size = median(glyphs.map((glyph) => glyph.size))
  const full = glyphs.filter((glyph) => glyph.size >= SMALL * size)
  const baseline = median(full.map((glyph) => glyph.baseline))
  const marked = glyphs.map((glyph) => raised(glyph, size, baseline))
  const letters = marked.filter(({ text }) => /[\p{L}\p{N}]/u.test(text))
  const styled = letters.length > 0 ? letters : marked
  return {
    glyphs: marked,
    text: marked.map((glyph, i) => (hasSpaceBefore(marked, i) ? ' ' : '') + glyph.text).join(''),
    left: Math.min(...glyphs.map(({ left }) => left)),
    right: Math.max(...glyphs.map(({ right }) => right)),
    baseline,
    size: Math.round(size * 10) / 10,
    bold: styled.every(({ bold }) => bold),
    monospaced: styled.every(({ monospaced }) => monospaced),
  }
}

/** Whether white space stands before a line's glyph. */
export function hasSpaceBefore(glyphs: readonly Glyph[], index: number): boolean {
  const glyph = glyphs[index]
  const before = glyphs[index - 1]
  if (!glyph || !before) return false
  if (/^[⁰¹²³⁴-⁹]$/.test(glyph.text) && glyph.left - before.right < glyph.size * SPACE) return false
  const gap = Math.max(glyph.left - before.right, before.left - glyph.right)
  return glyph.spaceBefore || gap > SPACE * Math.max(glyph.size, before.size)
}

/** A small digit above the baseline as the digit that Unicode has for it, so that "10⁶" does not become "106". */
function raised(glyph: Glyph, size: number, baseline: number): Glyph {
  const isRaised = glyph.size < SMALL * size && glyph.baseline < baseline - 0.15 * size
  const digit = isRaised && /^\d$/.test(glyph.text) ? RAISED_DIGITS[Number(glyph.text)] : undefined
  return digit === undefined ? glyph : { ...glyph, text: digit }
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? 0
}
