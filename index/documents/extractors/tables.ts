import type { Content, TableContent, TableRow } from './content.ts'
import { singleSpaced } from './white-space.ts'

/** A longer text names no column: it would stand before the cell in every row. */
const MAX_HEADER_LENGTH = 100

/** A cell over this length is prose: a table of it, without names of columns, only arranges paragraphs. */
const MAX_CELL_LENGTH = 300

/** Tables with more columns are pictures made of cells. Bounds what `colspan` makes of a few bytes. */
const MAX_COLUMNS = 1000

const HAS_LETTER = /\p{L}/u
const NUMBER = /^[\p{Sc}(<>≤≥~±+−–-]*\s*\p{Sc}?\d[\d\s.,:/–−-]*\s*[%\p{Sc}\p{L})]{0,4}$/u

interface PlacedCell {
  readonly column: number
  readonly columns: number
  readonly text: string
  readonly isHeader: boolean
}

/**
 * The rows of a table, each as a line that can be understood alone: "Year: 2019 | Revenue: 5 million". Null where the table only
 * arranges paragraphs: it has one column, or no names of columns but prose.
 */
export function tableLines(table: TableContent): string[] | null {
  const rows = table.rows.filter(({ cells }) => cells.length > 0)
  if (table.isLayout || rows.every(({ cells }) => cells.length === 1)) return null
  const isHeader = headerRows(rows)
  if (!isHeader.includes(true) && rows.some(hasProse)) return null

  const lines: string[] = []
  const grid = new Grid()
  let names: string[] = []
  let wasHeader = false
  for (const [i, row] of rows.entries()) {
    const cells = grid.place(row)
    if (isHeader[i]) {
      if (!wasHeader) names = []
      nameColumns(names, cells)
    } else {
      const line = lineOf(cells, names)
      if (line !== '') lines.push(line)
    }
    wasHeader = isHeader[i] ?? false
  }
  return lines
}

/** What a table that only arranges paragraphs has in its cells, in order. */
export function cellContents(table: TableContent): Content[] {
  return table.rows.flatMap(({ cells }) => cells.flatMap(({ contents }) => contents))
}

function hasProse({ cells }: TableRow): boolean {
  return cells.some(
    ({ contents }) =>
      contents.some(({ kind }) => kind === 'heading' || kind === 'code' || kind === 'table') ||
      cellText(contents).length > MAX_CELL_LENGTH,
  )
}

/** Puts the cells of each row into columns: a cell that takes several rows stands in each of them. */
class Grid {
  readonly #below = new Map<number, { cell: PlacedCell; rows: number }>()

  place({ cells }: TableRow): PlacedCell[] {
    const placed: PlacedCell[] = []
    let column = 0
    const takeFromAbove = () => {
      for (let above = this.#below.get(column); above; above = this.#below.get(column)) {
        placed.push(above.cell)
        if (above.rows === 1) this.#below.delete(column)
        else this.#below.set(column, { cell: above.cell, rows: above.rows - 1 })
        column += above.cell.columns
      }
    }
    for (const { contents, isHeader, columns, rows } of cells) {
      takeFromAbove()
      if (column >= MAX_COLUMNS) break
      const cell = { column, columns, isHeader, text: cellText(contents) }
      placed.push(cell)
      if (rows > 1) this.#below.set(column, { cell, rows: rows - 1 })
      column += columns
    }
    takeFromAbove()
    return placed
  }
}

/** Adds what a header row says of each column; of two rows with "2019" above "Revenue", "2019 Revenue". */
function nameColumns(names: string[], cells: readonly PlacedCell[]): void {
  for (const { column, columns, text } of cells) {
    if (text.length > MAX_HEADER_LENGTH) continue
    const end = Math.min(column + columns, MAX_COLUMNS)
    for (let i = column; i < end; i += 1) {
      const above = names[i] ?? ''
      names[i] = above === text || text === '' ? above : `${above} ${text}`.trim()
    }
  }
}

function lineOf(cells: readonly PlacedCell[], names: readonly string[]): string {
  const filled = cells.filter(({ text }) => text !== '')
  const [first, second] = filled
  if (first && second && filled.length === 2 && names.length === 0) {
    if (first.isHeader || first.text.endsWith(':')) return withName(first.text, second.text)
  }
  // One cell across the table says what the rows below it are about.
  if (first && filled.length === 1 && first.columns > 1) return first.text
  return filled.map(({ column, text }) => withName(names[column] ?? '', text)).join(' | ')
}

function withName(name: string, text: string): string {
  if (name === '' || name === text) return text
  return `${name.replace(/\s*:$/, '')}: ${text}`
}

/** Which rows have the names of the columns: those that the file says, or else the first where it looks like it. */
function headerRows(rows: readonly TableRow[]): boolean[] {
  const declared = rows.map(
    ({ isHeader, cells }) => isHeader || (cells.length > 1 && cells.every((cell) => cell.isHeader)),
  )
  // Where every row would name the columns, none does.
  if (declared.every(Boolean)) return declared.map((_, i) => i === 0 && rows.length > 1)
  if (declared.includes(true)) return declared
  return declared.map((_, i) => i === 0 && looksLikeHeader(rows))
}

/**
 * A first row without numbers, of short and different texts, names the columns if it is bold and the second is not, or if a column
 * has only numbers below it.
 */
function looksLikeHeader([first, ...others]: readonly TableRow[]): boolean {
  if (!first || others.length === 0 || first.cells.length < 2) return false
  const [corner = '', ...names] = first.cells.map(({ contents }) => cellText(contents))
  if (corner !== '' && !isName(corner)) return false
  if (!names.every(isName) || new Set(names).size < names.length) return false
  if (isBold(first) && others[0] && !isBold(others[0])) return true
  return names.some((_, i) => isNumeric(others, i + 1, first.cells.length))
}

function isName(text: string): boolean {
  return HAS_LETTER.test(text) && text.length <= MAX_HEADER_LENGTH && !/[.!?]$/.test(text)
}

function isBold({ cells }: TableRow): boolean {
  return cells.every((cell) => cell.isBold || cellText(cell.contents) === '')
}

function isNumeric(rows: readonly TableRow[], column: number, columns: number): boolean {
  const texts = rows
    .filter(({ cells }) => cells.length === columns)
    .map(({ cells }) => cellText(cells[column]?.contents ?? []))
    .filter((text) => text !== '')
  return texts.length > 0 && texts.every((text) => NUMBER.test(text))
}

// A table in a cell is asked for its text several times at each depth, which would be 4^depth times in all.
const texts = new WeakMap<readonly Content[], string>()

/** Everything in a cell as one line. */
export function cellText(contents: readonly Content[]): string {
  const known = texts.get(contents)
  if (known !== undefined) return known
  const text = joinedText(contents)
  texts.set(contents, text)
  return text
}

function joinedText(contents: readonly Content[]): string {
  let text = ''
  let wasItem = false
  for (const content of contents) {
    const isItem = content.kind === 'item'
    const part = singleSpaced(lineText(content))
    if (part !== '') text += (text === '' ? '' : wasItem && isItem ? '; ' : ' ') + part
    wasItem = isItem
  }
  return text
}

function lineText(content: Content): string {
  switch (content.kind) {
    case 'page':
      return ''
    case 'table':
      return (tableLines(content) ?? [cellText(cellContents(content))]).join('; ')
    default:
      return content.text
  }
}
