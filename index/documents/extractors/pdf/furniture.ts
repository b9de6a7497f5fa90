import type { Line } from './lines.ts'

/** The lines of a page, and its height in points. */
export interface LinedPage {
  readonly lines: readonly Line[]
  readonly height: number
}

/** Running headers and footers stand in these shares of a page, from the top and from the bottom, and in this many rows. */
const MARGIN = 0.14
const ROWS = 3

/** Page numbers stand in these shares of a page. */
const NUMBER_MARGIN = 0.25

/** How far apart, in points and in pages, lines may stand that repeat each other. Chapters change their headers. */
const SAME_HEIGHT = 6
const PAGES_APART = 12

/** How often a line repeats to be a header, and on what share of pages something stands apart at the same height to be one. */
const MIN_REPEATS = 3
const MIN_SHARE = 0.35
const MIN_PAGES = 4

/** What stands apart has a gap of so many of its sizes to the text. */
const APART = 0.9

const PAGE_NUMBER =
  /^(?:[-–—[(]\s?)?(?:page\s)?(?:(?:\d{1,2}|[A-Z])[-–.])?(?:\d{1,4}|[ivxlc]{1,7})(?:\s?(?:of|\/)\s?\d{1,4})?(?:\s?[-–—\])])?$/iu
const NUMBERS = /\p{N}+|\b[ivxlc]+\b/giu

/** A line near the top or the bottom edge of a page. */
interface EdgeLine {
  readonly line: Line
  readonly page: number
  readonly edge: 'top' | 'bottom'
  /** The same for lines that differ in numbers only. */
  readonly key: string
  readonly standsApart: boolean
}

/** The running headers, footers and page numbers of a document's pages, whose text mostly has `bodySize`. */
export function furnitureOf(pages: readonly LinedPage[], bodySize: number): Set<Line> {
  const edges = pages.flatMap((page, i) => edgeLines(page, i))
  const furniture = new Set<Line>()
  for (const one of repeated(edges)) furniture.add(one.line)
  // The titles of slides stand in one place too, in larger letters than the text.
  const small = edges.filter(({ line }) => line.size <= bodySize * 1.05)
  for (const one of atPlaceOfHeaders(small, pages.length)) furniture.add(one.line)
  for (const page of pages) for (const line of pageNumbers(page)) furniture.add(line)
  return furniture
}

/** What is nothing but a number, apart in the first or last row. Wide margins may put it far from the edge. */
function pageNumbers({ lines, height }: LinedPage): Line[] {
  const first = Math.min(...lines.map(({ baseline }) => baseline))
  const last = Math.max(...lines.map(({ baseline }) => baseline))
  return lines.filter((line) => {
    const isTop = line.baseline < first + 2 && line.baseline < height * NUMBER_MARGIN
    const isBottom = line.baseline > last - 2 && line.baseline > height * (1 - NUMBER_MARGIN)
    if (!isTop && !isBottom) return false
    return PAGE_NUMBER.test(line.text) && standsApart(line, lines, isTop ? 'top' : 'bottom')
  })
}

function edgeLines({ lines, height }: LinedPage, page: number): EdgeLine[] {
  const heights = [...new Set(lines.map(({ baseline }) => Math.round(baseline)))].toSorted(
    (a, b) => a - b,
  )
  const topRow = heights[ROWS - 1] ?? Infinity
  const bottomRow = heights.at(-ROWS) ?? -Infinity
  return lines.flatMap((line): EdgeLine[] => {
    const { baseline } = line
    const isTop = baseline <= topRow + 1 && baseline < height * MARGIN
    const isBottom = baseline >= bottomRow - 1 && baseline > height * (1 - MARGIN)
    if (!isTop && !isBottom) return []
    const edge = isTop ? 'top' : 'bottom'
    const key = line.text.replace(NUMBERS, '#').slice(0, 60)
    return [{ line, page, edge, key, standsApart: standsApart(line, lines, edge) }]
  })
}

/** Whether nothing but other lines at the edge stands near it on the side of the text. */
function standsApart(line: Line, lines: readonly Line[], edge: 'top' | 'bottom'): boolean {
  const gaps = lines.map(({ baseline, size }) => {
    return edge === 'top' ? baseline - size - line.baseline : line.baseline - line.size - baseline
  })
  const inner = gaps.filter((gap) => gap > -line.size / 2)
  return inner.every((gap) => gap >= APART * line.size - line.size * 0.2)
}

function repeated(edges: readonly EdgeLine[]): EdgeLine[] {
  const groups = new Map<string, EdgeLine[]>()
  for (const one of edges) {
    const key = `${one.edge} ${one.key}`
    const group = groups.get(key)
    if (group) group.push(one)
    else groups.set(key, [one])
  }
  return [...groups.values()].flatMap((group) =>
    group.filter((one) => {
      const near = group.filter(
        (other) =>
          Math.abs(other.line.baseline - one.line.baseline) < SAME_HEIGHT &&
          Math.abs(other.page - one.page) <= PAGES_APART,
      )
      return new Set(near.map(({ page }) => page)).size >= MIN_REPEATS
    }),
  )
}

/** What stands apart where most pages have something that stands apart: headers that change with the section. */
function atPlaceOfHeaders(edges: readonly EdgeLine[], pages: number): EdgeLine[] {
  if (pages < MIN_PAGES) return []
  const apart = edges.filter((one) => one.standsApart)
  return apart.filter((one) => {
    const same = apart.filter(
      (other) =>
        other.edge === one.edge &&
        Math.abs(other.line.baseline - one.line.baseline) < SAME_HEIGHT / 2,
    )
    return new Set(same.map(({ page }) => page)).size >= Math.max(MIN_REPEATS, pages * MIN_SHARE)
  })
}
