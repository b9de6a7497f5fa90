import type { Line } from './lines.ts'
import type { Typography } from './typography.ts'

/** Lines that belong together. */
export interface Paragraph {
  /** `contents` is what leads to other pages: of a table of contents, or of an index. */
  readonly kind: 'text' | 'code' | 'rows' | 'contents'
  readonly lines: readonly Line[]
  /** How far the last line stays away from the right edge of its column, in points. */
  readonly roomAfter: number
}

/** Sizes and indents that differ by less, in sizes of the text, are the same. */
const INDENT = 0.6
const MAX_INDENT = 8
const SAME_SIZE = 0.07

/** A step from line to line that is so much more than the usual one divides paragraphs. */
const GAP = 1.22

/** The gap between the cells of a row, in sizes. Spaces of justified lines are narrower. */
const CELL_GAP = 1.5

/** Below or above a row, narrower gaps divide cells too, where a cell of both starts at the same place. */
const NARROW_CELL_GAP = 0.8
const SAME_PLACE = 0.1

/** How many lines before and after one show where its column ends. */
const NEAR_LINES = 8

/** A line that leaves so much of its column empty has ended on purpose, in shares of the column's width. */
const SHORT = 0.4

export const ENDS_SENTENCE = /[.!?:;…][”’"')\]]*[⁰¹²³⁴-⁹]*$/u
const STARTS_SENTENCE = /^[“‘"'([¿¡]*[\p{Lu}\p{Lt}\p{Lo}\p{N}]/u
export const STARTS_LOWER_CASE = /^\p{Ll}/u

/** What introduces an item of a list: a bullet (some fonts have it in the place of an exclamation mark), or a number or letter with a stop or parentheses. */
export const BULLET = /^(?:[•▪▫‣◦●○■□◆◇►▶➤✓✔·](?=\s|$|\p{L})|!\s)/u
export const NUMBERED = /^(?:\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})\)|(?:\d{1,3}|[a-zA-Z])\.)\s/u
export const DASH = /^[–—-]\s/u

/** Dots that lead to the number of a page. */
const LEADERS = /(?:\.\s?){5,}[\s\divxlc,–-]*$/iu

/** Lines among so many with leaders belong to them, in shares of the lines around. */
const MOSTLY = 0.5

/** The paragraphs of one column. */
export function paragraphsOf(lines: readonly Line[], typography: Typography): Paragraph[] {
  const kinds = kindsOf(lines, typography)
  const paragraphs: Paragraph[] = []
  let current: Line[] = []
  lines.forEach((line, i) => {
    const edges = edgesAround(lines, i)
    const kind = kinds[i] ?? 'text'
    const next = lines[i + 1]
    current.push(line)
    if (next && kinds[i + 1] === kind && !startsParagraph(next, current, kind, edges, typography)) {
      return
    }
    paragraphs.push({ kind, lines: current, roomAfter: edges.right - line.right })
    current = []
  })
  return paragraphs
}

/** What the lines are: rows of a table follow one another. */
function kindsOf(lines: readonly Line[], typography: Typography): Paragraph['kind'][] {
  const leaders = lines.map((line) => LEADERS.test(line.text))
  const rows = rowLines(lines)
  const code = codeLines(lines, typography)
  return lines.map((_, i) => {
    if (leaders[i] || isAmong(leaders, i)) return 'contents'
    if (code[i]) return 'code'
    return rows[i] && (rows[i - 1] || rows[i + 1]) ? 'rows' : 'text'
  })
}

function isAmong(marked: readonly boolean[], index: number): boolean {
  const around = marked.slice(Math.max(0, index - 4), index + 5)
  return around.filter(Boolean).length >= MOSTLY * around.length
}

/** Which lines are code: a sentence may also end with a line of it. */
function codeLines(lines: readonly Line[], typography: Typography): boolean[] {
  const code: boolean[] = []
  lines.forEach((line, i) => {
    const before = lines[i - 1]
    const isInSentence =
      before !== undefined &&
      code[i - 1] === false &&
      !isGap(line, [before], typography) &&
      !ENDS_SENTENCE.test(before.text) &&
      line.left <= before.left + 0.5 * line.size
    code.push(line.monospaced && !typography.typewritten && !isInSentence)
  })
  return code
}

/** Which lines have cells. A long word in a cell may leave a narrow gap to the next. */
function rowLines(lines: readonly Line[]): boolean[] {
  const rows = lines.map((line) => cellStarts(line, CELL_GAP).length > 0)
  lines.forEach((line, i) => {
    const rowsAround = [i - 1, i + 1].flatMap((near) => (rows[near] && lines[near]) || [])
    rows[i] ||= rowsAround.some((row) => haveCellInOnePlace(line, row))
  })
  return rows
}

function haveCellInOnePlace(line: Line, row: Line): boolean {
  const places = cellStarts(row, NARROW_CELL_GAP)
  return cellStarts(line, NARROW_CELL_GAP).some((start) =>
    places.some((place) => Math.abs(place - start) < SAME_PLACE * line.size),
  )
}

/** Where the cells of a line start, but for its first one. */
function cellStarts({ glyphs, size }: Line, gap: number): number[] {
  return glyphs.flatMap(({ left }, i) => {
    const before = glyphs[i - 1]
    // The first gap of a list's item stands behind its number.
    return before !== undefined && i > 3 && left - before.right > gap * size ? [left] : []
  })
}

interface Edges {
  readonly left: number
  readonly right: number
}

/** The edges of the text around a line: a title or a table nearby may be wider. */
function edgesAround(lines: readonly Line[], index: number): Edges {
  const line = lines[index]
  const near = lines
    .slice(Math.max(0, index - NEAR_LINES), index + NEAR_LINES + 1)
    .filter((one) => isSameSize(one.size, line?.size ?? 0))
  return {
    left: Math.min(...near.map(({ left }) => left)),
    right: Math.max(...near.map(({ right }) => right)),
  }
}

function startsParagraph(
  line: Line,
  lines: readonly Line[],
  kind: Paragraph['kind'],
  edges: Edges,
  typography: Typography,
): boolean {
  const before = lines.at(-1)
  if (!before) return true
  if (isGap(line, lines, typography)) return true
  if (kind !== 'text') return false
  return (
    BULLET.test(line.text) ||
    isOtherStyle(line, before, edges) ||
    isItem(line, before, edges) ||
    isIndented(line, lines, edges) ||
    endedEarly(line, before, edges)
  )
}

function isOtherStyle(line: Line, before: Line, edges: Edges): boolean {
  const isLong = line.text.length > 3 && before.text.length > 3
  const size = Math.max(line.size, before.size)
  if (isLong && !haveLettersOfOneSize(line, before)) return true
  if (startsBold(line) && !endsBold(before) && ENDS_SENTENCE.test(before.text)) return true
  if (line.bold === before.bold || STARTS_LOWER_CASE.test(line.text)) return false
  return ENDS_SENTENCE.test(before.text) || roomAfter(before, edges) > size
}

/** Whether two lines are set in one size, but for some words such as small capitals. */
function haveLettersOfOneSize(line: Line, other: Line): boolean {
  if (isSameSize(line.size, other.size)) return true
  const has = ({ glyphs }: Line, size: number) => {
    return (
      glyphs.filter((glyph) => /\p{L}/u.test(glyph.text) && isSameSize(glyph.size, size)).length > 1
    )
  }
  return has(line, other.size) || has(other, line.size)
}

function isSameSize(a: number, b: number): boolean {
  return Math.abs(a - b) <= SAME_SIZE * Math.max(a, b)
}

/** Whether a line opens with some words in bold letters, as paragraphs do that have their heading in them. */
function startsBold({ glyphs, bold }: Line): boolean {
  return !bold && glyphs.slice(0, 4).every((glyph) => glyph.bold)
}

function endsBold({ glyphs }: Line): boolean {
  return glyphs.at(-1)?.bold === true
}

function isGap(line: Line, lines: readonly Line[], { leadingOf }: Typography): boolean {
  const before = lines.at(-1)
  const twoBefore = lines.at(-2)
  if (!before) return false
  const step = line.baseline - before.baseline
  const size = Math.max(line.size, before.size)
  const usual = leadingOf(size)
  const own = twoBefore ? before.baseline - twoBefore.baseline : usual
  return step > Math.max(GAP * Math.min(own, usual) + 0.5, 0.9 * size)
}

function isItem(line: Line, before: Line, edges: Edges): boolean {
  if (!NUMBERED.test(line.text) && !DASH.test(line.text)) return false
  return (
    ENDS_SENTENCE.test(before.text) ||
    /[,]$|\b(?:and|or)$/.test(before.text) ||
    isShort(before, edges)
  )
}

/** Whether the first line of a paragraph is indented, or, as in lists, all lines but the first. */
function isIndented(line: Line, lines: readonly Line[], edges: Edges): boolean {
  const before = lines.at(-1)
  if (!before) return false
  const size = line.size
  const rest = lines.slice(1)
  const left = rest.length > 0 ? Math.min(...rest.map((one) => one.left)) : before.left
  const indent = (line.left - left) / size
  const ended = ENDS_SENTENCE.test(before.text) || isShort(before, edges)
  if (indent > INDENT && indent < MAX_INDENT) return ended && STARTS_SENTENCE.test(line.text)
  if (indent < -INDENT) return rest.length > 0 || (indent < -MAX_INDENT && ended)
  return false
}

/** Whether the line before ended although the first word of this one had room on it. */
function endedEarly(line: Line, before: Line, edges: Edges): boolean {
  const firstWord = line.text.split(' ', 1)[0] ?? ''
  const width = (line.right - line.left) * (firstWord.length / line.text.length)
  if (roomAfter(before, edges) < width + line.size) return false
  if (STARTS_LOWER_CASE.test(line.text)) return false
  return ENDS_SENTENCE.test(before.text) ? STARTS_SENTENCE.test(line.text) : isShort(before, edges)
}

function isShort(line: Line, edges: Edges): boolean {
  return roomAfter(line, edges) > SHORT * (edges.right - edges.left)
}

function roomAfter(line: Line, edges: Edges): number {
  return edges.right - line.right
}
