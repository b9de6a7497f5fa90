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

/** A strip of white between two columns, as far down as no line crosses it. */
interface Gutter extends Band {
  readonly left: number
  readonly right: number
  /** In how many rows of points there is text on both sides. */
  readonly rows: number
}

/** A part of a page from one height to another. */
interface Band {
  readonly top: number
  readonly bottom: number
}

/** A band in which text stands in columns, with all gutters between them, from left to right. */
interface Zone extends Band {
  readonly gutters: readonly Gutter[]
}

/** A gap of so many sizes may be a gutter. Spaces of justified lines are mostly narrower. */
const WIDE_GAP = 0.75

/** The width of the strips in which gutters are looked for, and the height of the rows, in points. */
const STRIP = 2
const ROW = 3

/** A gutter is so many strips wide, and has text on both sides in so many rows. */
const MIN_STRIPS = 2
const MIN_ROWS = 20

/** A gutter that goes along so much of another one divides the same zone. */
const ALONGSIDE = 0.6

/** The narrowest column, in points. */
const MIN_COLUMN = 40

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
  const goesDown = lines.every((line, i) => line.baseline >= (lines[i - 1]?.baseline ?? 0))
  if (goesDown && pieces.length === lines.length) return inOrder(lines)
  const zones = zonesOf(pieces, width, { top: -Infinity, bottom: Infinity })
  const isOrdered = zones.every((zone) => !isOutOfOrder(piecesIn(pieces, zone), zone.gutters))
  return isOrdered ? inOrder(lines) : repaired(pieces, lines, zones)
}

/** The lines in the order of the file. Where one stands higher up, or beside the one before it, another column begins. */
function inOrder(lines: readonly Line[]): Column[] {
  const columns: Line[][] = []
  for (const line of lines) {
    const column = columns.at(-1)
    const before = column?.at(-1)
    if (column && before && isBelow(line, before)) column.push(line)
    else columns.push([line])
  }
  return columns.map((column) => ({ lines: column, repaired: false }))
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

/** The zones of a band of a page, from the top down. */
function zonesOf(all: readonly Piece[], width: number, band: Band): Zone[] {
  const pieces = piecesIn(all, band)
  const gutters = guttersOf(pieces, width)
  const main = gutters.toSorted((a, b) => b.rows - a.rows)[0]
  if (!main) return []
  const beside = guttersAlong(main, gutters)
  // Above and below its text, a band is white.
  const top = Math.max(band.top, ...beside.map((gutter) => gutter.top))
  const bottom = Math.min(band.bottom, ...beside.map((gutter) => gutter.bottom))
  const inside = piecesIn(pieces, { top, bottom })
  const zone = { top, bottom, gutters: beside.filter((_, i) => isBetweenProse(inside, beside, i)) }
  return [
    ...zonesOf(pieces, width, { top: band.top, bottom: top }),
    ...(zone.gutters.length > 0 ? [zone] : []),
    ...zonesOf(pieces, width, { top: bottom, bottom: band.bottom }),
  ]
}

/** A gutter and those that divide the same zone, from left to right; of several in one place the one with most rows. */
function guttersAlong(main: Gutter, gutters: readonly Gutter[]): Gutter[] {
  const length = main.bottom - main.top
  const chosen = [main]
  for (const gutter of gutters.toSorted((a, b) => b.rows - a.rows)) {
    const together = Math.min(gutter.bottom, main.bottom) - Math.max(gutter.top, main.top)
    const isNear = chosen.some(({ left, right }) => {
      return gutter.left < right + MIN_COLUMN && gutter.right > left - MIN_COLUMN
    })
    if (!isNear && together >= ALONGSIDE * length) chosen.push(gutter)
  }
  return chosen.toSorted((a, b) => a.left - b.left)
}

function piecesIn(pieces: readonly Piece[], { top, bottom }: Band): Piece[] {
  return pieces.filter(({ baseline }) => baseline >= top && baseline < bottom)
}

/** All gutters, from left to right. */
function guttersOf(pieces: readonly Piece[], width: number): Gutter[] {
  const rows = rowsOf(pieces)
  const strips = Array.from({ length: Math.ceil(width / STRIP) }, (_, i) => whiteRuns(rows, i))
  const gutters: Gutter[] = []
  let open: Gutter[] = []
  for (const runs of strips) {
    // A strip widens the gutter to its left that it goes along; what it does not go along has ended.
    const widened = Array.from(runs, (run) => {
      const gutter = open.find((one) => one.top === run.top && one.bottom === run.bottom)
      return gutter ? { ...gutter, right: run.right, rows: Math.max(gutter.rows, run.rows) } : run
    })
    gutters.push(
      ...open.filter(
        (one) => !widened.some(({ left, top }) => left === one.left && top === one.top),
      ),
    )
    open = widened
  }
  const minimum = MIN_STRIPS * STRIP
  return [...gutters, ...open].filter(({ left, right }) => right - left >= minimum)
}

/** What stands in a row of points, from where to where. */
interface Row {
  readonly pieces: readonly Piece[]
  readonly left: number
  readonly right: number
}

/** The rows of points of a page, from the top down. */
function rowsOf(pieces: readonly Piece[]): Row[] {
  const rows: Piece[][] = []
  for (const piece of pieces) {
    const top = Math.floor((piece.baseline - 0.7 * piece.size) / ROW)
    for (let y = Math.max(0, top); y <= Math.floor(piece.baseline / ROW); y++) {
      while (rows.length <= y) rows.push([])
      rows[y]?.push(piece)
    }
  }
  return rows.map((row) => ({
    pieces: row,
    left: Math.min(...row.map(({ left }) => left)),
    right: Math.max(...row.map(({ right }) => right)),
  }))
}

/** The runs of rows in which a strip is white, where there is text on both sides in enough of them. */
function whiteRuns(rows: readonly Row[], strip: number): Gutter[] {
  const left = strip * STRIP
  const right = left + STRIP
  const runs: Gutter[] = []
  let top = 0
  let between = 0
  const endAt = (y: number) => {
    if (between >= MIN_ROWS)
      runs.push({ left, right, top: top * ROW, bottom: y * ROW, rows: between })
    top = y + 1
    between = 0
  }
  rows.forEach((row, y) => {
    if (row.pieces.some((piece) => piece.left < right && piece.right > left)) endAt(y)
    else if (row.left < left && row.right > right) between += 1
  })
  endAt(rows.length)
  return runs
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
    const inside = pieces.filter(
      (piece) => piece.left >= left - STRIP && piece.right <= right + STRIP,
    )
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

/** The number of the column in which a piece stands, from the left. */
function columnOf(piece: Piece, gutters: readonly Gutter[]): number {
  const middle = (piece.left + piece.right) / 2
  return gutters.filter(({ left, right }) => middle > (left + right) / 2).length
}

function isOutOfOrder(pieces: readonly Piece[], gutters: readonly Gutter[]): boolean {
  let changes = 0
  const runningThrough = new Set<number>()
  pieces.forEach((piece, i) => {
    const before = pieces[i - 1]
    if (!before || columnOf(piece, gutters) === columnOf(before, gutters)) return
    changes += 1
    if (piece.line === before.line) runningThrough.add(piece.line)
  })
  return runningThrough.size >= MIN_RUNNING_THROUGH || changes >= pieces.length * MIN_CHANGES
}

/** The columns of each zone, one after the other, and between the zones the lines in the order of the file. */
function repaired(
  pieces: readonly Piece[],
  lines: readonly Line[],
  zones: readonly Zone[],
): Column[] {
  const columns: Column[] = []
  let bottom = -Infinity
  for (const zone of [...zones, null]) {
    const top = zone?.top ?? Infinity
    columns.push(...inOrder(linesIn(piecesIn(pieces, { top: bottom, bottom: top }), lines)))
    if (!zone) break
    const inside = piecesIn(pieces, zone)
    for (let i = 0; i <= zone.gutters.length; i++) {
      const column = inside.filter((piece) => columnOf(piece, zone.gutters) === i)
      if (column.length > 0) columns.push({ lines: joinRows(column), repaired: true })
    }
    bottom = zone.bottom
  }
  return columns
}

/** The lines of which pieces are parts, in the order of the file. */
function linesIn(pieces: readonly Piece[], lines: readonly Line[]): Line[] {
  return [...new Set(pieces.map(({ line }) => line))].flatMap((line) => lines[line] ?? [])
}

/** The pieces of one column as lines, from the top down. */
function joinRows(pieces: readonly Piece[]): Line[] {
  const rows: Piece[][] = []
  for (const piece of pieces.toSorted((a, b) => a.baseline - b.baseline)) {
    const row = rows.at(-1)
    const first = row?.[0]
    if (row && first && piece.baseline - first.baseline < 0.35 * piece.size) row.push(piece)
    else rows.push([piece])
  }
  return rows.map((row) => {
    return lineOf(row.toSorted((a, b) => a.left - b.left).flatMap(({ glyphs }) => glyphs))
  })
}
