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
  /** Whether all of its letters are. */
  readonly bold: boolean
  readonly italic: boolean
  readonly monospaced: boolean
}

/** How far, in sizes of the line, a glyph of the same line may stand above or below the baseline: a little, or much if it is small. */
const SAME_BASELINE = 0.2
const RAISED = 0.65

/** From this share of the line's size on, a glyph is no raised mark. */
const SMALL = 0.86

/** Between two pieces of a line, a gap of so many sizes is a space: what PDFium found there is the end of a line. */
const NARROW_SPACE = 0.12

/** The most characters of a mark. */
const MARK_LENGTH = 4

/** How many lines before or after its place in the file a piece of text may belong to. */
const NEAR_LINES = 12

/** A piece of text that another line leaves room for is so near to it, in sizes. */
const TOUCHING = 0.6

/** Text that is so many sizes away, and set otherwise, belongs to another column. */
const FAR = 1.2

/** How far a line may go back to the left, in its sizes: letters overlap, and accents stand on letters before them. */
const BACKWARDS = 0.6

/** A gap of so many sizes is white space, even where PDFium found none. */
const SPACE = 0.2

const RAISED_DIGITS = '⁰¹²³⁴⁵⁶⁷⁸⁹'
const RAISED_DIGIT = /^[⁰¹²³⁴-⁹]$/
const FRACTION = /^[⁄/]$/

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
  return withInsertions(lines)
}

/** Whether a glyph stands on the line of the one before it. A line with Arabic or Hebrew in it runs both ways. */
function goesOn(main: Glyph, previous: Glyph, next: Glyph, bothWays: boolean): boolean {
  const size = Math.max(main.size, next.size)
  const smaller = Math.min(main.size, next.size) < SMALL * size
  const shift = Math.abs(next.baseline - main.baseline)
  if (shift > size * (smaller ? RAISED : SAME_BASELINE)) return false
  if (bothWays) return true
  const isFar = next.left - previous.right > FAR * size
  if (isFar && (shift > 0.05 * size || Math.abs(main.size - next.size) > 0.02 * size)) return false
  return next.left > previous.left - BACKWARDS * size && next.right > main.left
}

/** A line of at least one glyph. */
export function lineOf(glyphs: readonly Glyph[]): Line {
  const size = median(glyphs.map((glyph) => glyph.size))
  const full = glyphs.filter((glyph) => glyph.size >= SMALL * size)
  const baseline = median(full.map((glyph) => glyph.baseline))
  const marked = withRaisedDigits(glyphs)
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
    italic: styled.every(({ italic }) => italic),
    monospaced: styled.every(({ monospaced }) => monospaced),
  }
}

/** Whether white space stands before a line's glyph. */
export function hasSpaceBefore(glyphs: readonly Glyph[], index: number): boolean {
  const glyph = glyphs[index]
  const before = glyphs[index - 1]
  if (!glyph || !before) return false
  const gap = Math.max(glyph.left - before.right, before.left - glyph.right)
  const isWide = gap > SPACE * Math.max(glyph.size, before.size)
  if (isTight(glyphs, index)) return gap > 2 * SPACE * before.size
  // The number of a note stands close to its text.
  if (RAISED_DIGIT.test(before.text) && isFirstWord(glyphs, index))
    return /^[\p{L}“‘"'(]/u.test(glyph.text)
  return glyph.spaceBefore || isWide
}

/** Whether PDFium takes what divides a glyph from the one before for a space only because one of them is raised. */
function isTight(glyphs: readonly Glyph[], index: number): boolean {
  const text = glyphs[index]?.text ?? ''
  const before = glyphs[index - 1]?.text ?? ''
  if (text === '⁄' || before === '⁄' || RAISED_DIGIT.test(text)) return true
  if (isNumerator(glyphs, index - 1) && /^\d$/.test(before)) return true
  return RAISED_DIGIT.test(before) && /^[.,;:!?)\]”’]$/.test(text)
}

function isFirstWord(glyphs: readonly Glyph[], end: number): boolean {
  return glyphs.slice(0, end).every(({ text }) => RAISED_DIGIT.test(text))
}

/** The lines, after what the file draws apart from the rest of its line was put there: marks of notes, bold words. */
function withInsertions(lines: readonly Line[]): Line[] {
  const result: (Line | null)[] = [...lines]
  lines.forEach((_, i) => {
    const piece = result[i]
    if (!piece) return
    const first = Math.max(0, i - NEAR_LINES)
    for (let j = first; j <= Math.min(lines.length - 1, i + NEAR_LINES); j++) {
      const line = result[j]
      const at = j === i || !line ? null : placeFor(piece, line, Math.abs(i - j) === 1)
      if (!line || at === null) continue
      result[j] = inserted(line, piece, at)
      result[i] = null
      return
    }
  })
  return result.filter((line) => line !== null)
}

/** The index at which a line leaves room for a piece, or `isNext` to which it goes on; null where there is none. */
function placeFor(piece: Line, line: Line, isNext: boolean): number | null {
  if (isRightToLeft(line.text) || isRightToLeft(piece.text)) return null
  const isMark = piece.size < SMALL * line.size && piece.glyphs.length <= MARK_LENGTH
  const shift = Math.abs(piece.baseline - line.baseline)
  if (shift > line.size * (isMark ? RAISED : SAME_BASELINE / 2)) return null
  const at = line.glyphs.findIndex(({ left }) => left > piece.left)
  const index = at === -1 ? line.glyphs.length : at
  const before = line.glyphs[index - 1]
  const after = line.glyphs[index]
  const reach = TOUCHING * line.size
  const touches = (gap: number) => gap > -reach / 3 && gap < reach
  const touchesBefore = before !== undefined && touches(piece.left - before.right)
  const touchesAfter = after !== undefined && touches(after.left - piece.right)
  if (before && after) return touchesBefore && touchesAfter ? index : null
  return (isMark || isNext) && (touchesBefore || touchesAfter) ? index : null
}

function inserted(line: Line, piece: Line, index: number): Line {
  const before = line.glyphs.slice(0, index)
  const after = line.glyphs.slice(index)
  return lineOf([
    ...before,
    ...separated(piece.glyphs, before.at(-1)),
    ...separated(after, piece.glyphs.at(-1)),
  ])
}

/** Glyphs whose first one has a space before it where there is a gap. */
function separated(glyphs: readonly Glyph[], before: Glyph | undefined): Glyph[] {
  const [first, ...rest] = glyphs
  if (!first || !before) return [...glyphs]
  return [{ ...first, spaceBefore: first.left - before.right > NARROW_SPACE * first.size }, ...rest]
}

/** Small digits above their neighbours as the digits that Unicode has for them, so that "10⁶" does not become "106". */
function withRaisedDigits(glyphs: readonly Glyph[]): Glyph[] {
  let normal: Glyph | undefined
  return glyphs.map((glyph, i) => {
    if (!/^\d$/.test(glyph.text)) {
      normal = glyph
      return glyph
    }
    const beside = normal ?? glyphs.slice(i + 1).find(({ text }) => !/^\d$/.test(text))
    if (!beside || !isRaised(glyph, beside)) normal = glyph
    else if (!isNumerator(glyphs, i))
      return { ...glyph, text: RAISED_DIGITS[Number(glyph.text)] ?? '' }
    return glyph
  })
}

function isRaised(glyph: Glyph, beside: Glyph): boolean {
  return glyph.size < SMALL * beside.size && glyph.baseline < beside.baseline - 0.15 * beside.size
}

/** Whether a digit is the first part of a fraction: "1/3", with small digits on both sides. */
function isNumerator(glyphs: readonly Glyph[], index: number): boolean {
  const [digit, stroke, denominator] = glyphs.slice(index, index + 3)
  if (!digit || !stroke || !denominator || !FRACTION.test(stroke.text)) return false
  return /^\d$/.test(denominator.text) && denominator.size < stroke.size / SMALL
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? 0
}
