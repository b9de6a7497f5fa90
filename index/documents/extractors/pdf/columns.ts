import type { Glyph } from './glyphs.ts'
import { type Line, lineOf } from './lines.ts'

/** Lines that follow each other from the top down. */
export interface Column {
  readonly lines: readonly Line[]
  /** Whether the file has its lines in another order, so that what comes before and after it is only likely. */
  readonly repaired: boolean
}

/** Part of a line between wide gaps. */
interface Piece {
  readonly line: number
  readonly glyphs: readonly Glyph[]
  readonly left: number
  readonly right: number
  readonly baseline: number
  readonly size: number
}

interface Gutter {
  readonly left: number
  readonly right: number
}

/** A gap of so many sizes may be a gutter. Spaces of justified lines are mostly narrower. */
const WIDE_GAP = 0.75

/** The width of the strips in which gutters are looked for, and the height of the rows, in points. */
const STRIP = 2
const ROW = 3

/** A gutter has text on both sides in so many rows, and is crossed in at most this share of them. */
const MIN_ROWS = 24
const MAX_CROSSED = 0.25

/** Columns of prose: so many sizes wide, and half filled by their lines. Those of tables are narrower, or emptier. */
const MIN_COLUMN_SIZES = 9
const MIN_FILLED = 0.5

/** The file has the lines out of order where so many of them run through several columns, or this share of steps changes the column. */
const MIN_RUNNING_THROUGH = 4
const MIN_CHANGES = 0.25

/**
 * The columns of a page, in reading order. The order of the file is kept where it goes down one column after the other; where
 * it goes across them, lines are cut at the gutters.
 */
export function columnsOf(lines: readonly Line[], width: number): Column[] {
  const pieces = lines.flatMap((line, i) => piecesOf(line, i))
  const gutters = guttersOf(pieces, width)
  if (gutters.length > 0 && isOutOfOrder(pieces, gutters)) return repaired(pieces, gutters)
  return inOrder(lines).map((column) => ({ lines: column, repaired: false }))
}

/** Where the next line stands higher up, or beside the one before it, another column begins. */
function inOrder(lines: readonly Line[]): Line[][] {
  const columns: Line[][] = []
  for (const line of lines) {
    const column = columns.at(-1)
    const before = column?.at(-1)
    if (column && before && isBelow(line, before)) column.push(line)
    else columns.push([line])
  }
  return columns
}

function isBelow(line: Line, before: Line): boolean {
  const size = Math.min(line.size, before.size)
  if (line.baseline < before.baseline + 0.3 * size) return false
  return line.left < before.right && line.right > before.left
}

function piecesOf(line: Line, index: number): Piece[] {
  const groups: Glyph[][] = []
  let previous: Glyph | undefined
  for (const glyph of line.glyphs) {
    const isNear = previous && glyph.left - previous.right <= WIDE_GAP * line.size
    if (isNear) groups.at(-1)?.push(glyph)
    else groups.push([glyph])
    previous = glyph
  }
  return groups.map((glyphs) => ({
    line: index,
    glyphs,
    left: Math.min(...glyphs.map(({ left }) => left)),
    right: Math.max(...glyphs.map(({ right }) => right)),
    baseline: line.baseline,
    size: line.size,
  }))
}

/** The gutters between columns of prose, from left to right. */
function guttersOf(pieces: readonly Piece[], width: number): Gutter[] {
  const strips = stripsWithGap(pieces, width)
  const gutters: Gutter[] = []
  for (let i = 0; i < strips.length; i++) {
    const start = i
    while (strips[i]) i++
    if (i - start >= 2) gutters.push({ left: start * STRIP, right: i * STRIP })
  }
  return gutters.filter((_, i) => isBetweenProse(pieces, gutters, i))
}

/** For each strip of the page, whether it looks like a part of a gutter. */
function stripsWithGap(pieces: readonly Piece[], width: number): boolean[] {
  const count = Math.max(0, Math.ceil(width / STRIP))
  const crossed = new Uint16Array(count)
  const between = new Uint16Array(count)
  for (const row of rowsOf(pieces)) {
    const first = Math.min(...row.map(({ left }) => left))
    const last = Math.max(...row.map(({ right }) => right))
    const covered = new Uint8Array(count)
    for (const { left, right } of row) {
      covered.fill(1, Math.max(0, Math.floor(left / STRIP)), Math.max(0, Math.ceil(right / STRIP)))
    }
    for (let x = Math.max(0, Math.floor(first / STRIP)); x < Math.min(count, last / STRIP); x++) {
      if (covered[x]) crossed[x] = (crossed[x] ?? 0) + 1
      else between[x] = (between[x] ?? 0) + 1
    }
  }
  return Array.from(between, (rows, x) => {
    return rows >= MIN_ROWS && (crossed[x] ?? 0) <= rows * MAX_CROSSED
  })
}

/** The pieces that a row of points crosses, for each row that crosses any. */
function rowsOf(pieces: readonly Piece[]): Piece[][] {
  const rows = new Map<number, Piece[]>()
  for (const piece of pieces) {
    const top = Math.floor((piece.baseline - 0.7 * piece.size) / ROW)
    for (let y = top; y <= Math.floor(piece.baseline / ROW); y++) {
      const row = rows.get(y)
      if (row) row.push(piece)
      else rows.set(y, [piece])
    }
  }
  return [...rows.values()]
}

function isBetweenProse(
  pieces: readonly Piece[],
  gutters: readonly Gutter[],
  index: number,
): boolean {
  const gutter = gutters[index]
  if (!gutter) return false
  const before = gutters[index - 1]?.right ?? -Infinity
  const after = gutters[index + 1]?.left ?? Infinity
  const isProse = (left: number, right: number) => {
    const inside = pieces.filter((piece) => piece.left >= left - STRIP && piece.right <= right + STRIP)
    if (inside.length === 0) return false
    const start = Math.min(...inside.map((piece) => piece.left))
    const end = Math.max(...inside.map((piece) => piece.right))
    const widths = inside.map((piece) => piece.right - piece.left).toSorted((a, b) => a - b)
    const middle = widths[widths.length >> 1] ?? 0
    const size = inside[inside.length >> 1]?.size ?? 0
    return end - start >= MIN_COLUMN_SIZES * size && middle >= MIN_FILLED * (end - start)
  }
  return isProse(before, gutter.left) && isProse(gutter.right, after)
}

/** The number of the column in which a piece stands, from the left; null where it runs over a gutter. */
function columnOf(piece: Piece, gutters: readonly Gutter[]): number | null {
  const crosses = gutters.some(({ left, right }) => piece.left < left && piece.right > right)
  if (crosses) return null
  const middle = (piece.left + piece.right) / 2
  return gutters.filter(({ left, right }) => middle > (left + right) / 2).length
}

function isOutOfOrder(pieces: readonly Piece[], gutters: readonly Gutter[]): boolean {
  let changes = 0
  const runningThrough = new Set<number>()
  pieces.forEach((piece, i) => {
    const before = pieces[i - 1]
    if (!before) return
    const column = columnOf(piece, gutters)
    const columnBefore = columnOf(before, gutters)
    if (column === null || columnBefore === null || column === columnBefore) return
    changes += 1
    if (piece.line === before.line) runningThrough.add(piece.line)
  })
  return runningThrough.size >= MIN_RUNNING_THROUGH || changes >= pieces.length * MIN_CHANGES
}

/** What runs over a gutter divides the page into bands; each band is read one column after the other. */
function repaired(pieces: readonly Piece[], gutters: readonly Gutter[]): Column[] {
  const columns: Column[] = []
  const add = (part: readonly Piece[]) => {
    if (part.length > 0) columns.push({ lines: joinRows(part), repaired: true })
  }
  let band: Piece[] = []
  const endBand = () => {
    for (let i = 0; i <= gutters.length; i++) add(band.filter((one) => columnOf(one, gutters) === i))
    band = []
  }
  for (const piece of pieces.toSorted((a, b) => a.baseline - b.baseline)) {
    if (columnOf(piece, gutters) !== null) band.push(piece)
    else {
      endBand()
      add([piece])
    }
  }
  endBand()
  return columns
}

/** The pieces of one column as lines, from the top down. */
function joinRows(pieces: readonly Piece[]): Line[] {
  const rows: Piece[][] = []
  for (const piece of pieces) {
    const row = rows.at(-1)
    const first = row?.[0]
    if (row && first && piece.baseline - first.baseline < 0.35 * piece.size) row.push(piece)
    else rows.push([piece])
  }
  return rows.map((row) => {
    return lineOf(row.toSorted((a, b) => a.left - b.left).flatMap(({ glyphs }) => glyphs))
  })
}
