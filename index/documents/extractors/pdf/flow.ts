import type { Column } from './columns.ts'
import type { Turn } from './glyphs.ts'
import type { Line } from './lines.ts'
import {
  BULLET,
  DASH,
  ENDS_SENTENCE,
  NUMBERED,
  type Paragraph,
  paragraphsOf,
  STARTS_LOWER_CASE,
} from './paragraphs.ts'
import type { Typography } from './typography.ts'

/** Where a column stands: its page's index, from 0, and how its text is turned on the page. */
export interface PageText {
  readonly page: number
  readonly turn: Turn
  /** Of the page, turned so that the text runs from left to right. */
  readonly width: number
  readonly height: number
}

export interface PlacedColumn extends Column {
  readonly on: PageText
}

/** The part of a block that stands in one column. */
export interface Part {
  readonly on: PageText
  readonly lines: readonly Line[]
  /** Whether the column's place in the reading order is only likely. */
  readonly repaired: boolean
}

/** A block before it has a text. */
export interface Draft {
  readonly role: 'heading' | 'paragraph' | 'list' | 'table' | 'contents' | 'code' | 'note'
  /** Several where a paragraph goes on in another column. */
  readonly parts: Part[]
  /** Of its letters: their size, and a little more for bold ones, capitals and italics. Headings of one weight have one level. */
  readonly weight: number
}

/** A block whose text may go on in the next column. */
interface Unfinished {
  readonly draft: Draft
  readonly column: number
  readonly roomAfter: number
}

/** The longest heading, in characters and in lines. */
const MAX_HEADING_LENGTH = 200
const MAX_HEADING_LINES = 4

/** Headings are larger than the text by this factor, or bold. */
const LARGER = 1.12
const ABOUT_AS_LARGE = 0.9

/** Notes are smaller than the text by this factor. */
const SMALLER = 0.93
const NOTE_MARK = /^(?:[⁰¹²³⁴-⁹]+|[*†‡§]+|\d{1,3}(?=[\s.)]))/u

/** A last line that ends within so many sizes of the right edge is full. */
const FULL = 3

/** The blocks of a document's columns, with their roles. Paragraphs that go on in another column are one. */
export function draftsOf(columns: readonly PlacedColumn[], typography: Typography): Draft[] {
  const drafts: Draft[] = []
  const unfinished = new Map<number, Unfinished>()
  columns.forEach((column, index) => {
    const paragraphs = paragraphsOf(column.lines, typography)
    paragraphs.forEach((paragraph, i) => {
      const role = roleOf(paragraphs, i, typography)
      const part: Part = { on: column.on, lines: paragraph.lines, repaired: column.repaired }
      const size = sizeOf(paragraph)
      const open = unfinished.get(size)
      // A sentence that runs into code or a table does not go on behind it.
      if (role !== 'paragraph' && role !== 'list' && role !== 'note') unfinished.clear()
      if (open && goesOn(open, part, role, index)) {
        open.draft.parts.push(part)
        unfinished.set(size, { ...open, column: index, roomAfter: paragraph.roomAfter })
        return
      }
      const weight = size + emphasisOf(paragraph)
      const draft: Draft = { role, parts: [part], weight }
      drafts.push(draft)
      if (role === 'paragraph' || role === 'note' || role === 'list') {
        unfinished.set(size, { draft, column: index, roomAfter: paragraph.roomAfter })
      }
    })
  })
  return drafts
}

/** Whether a paragraph is the rest of one in a column before: on the same page or on the next. */
function goesOn(open: Unfinished, part: Part, role: Draft['role'], column: number): boolean {
  const last = open.draft.parts.at(-1)
  const lastLine = last?.lines.at(-1)
  const [first, second] = part.lines
  if (!last || !lastLine || !first || column === open.column) return false
  if (part.on.page - last.on.page > 1 || part.on.turn !== last.on.turn) return false
  const sameRole = role === open.draft.role || (role === 'paragraph' && open.draft.role === 'list')
  if (!sameRole || isItem(first.text)) return false
  if (role === 'note' && NOTE_MARK.test(first.text)) return false
  if (ENDS_SENTENCE.test(lastLine.text) || !/\p{L}/u.test(lastLine.text)) return false
  if (STARTS_LOWER_CASE.test(first.text)) return true
  const isFull = open.roomAfter < FULL * lastLine.size
  return isFull && second !== undefined && first.left - second.left < 0.5 * first.size
}

function roleOf(
  paragraphs: readonly Paragraph[],
  index: number,
  typography: Typography,
): Draft['role'] {
  const paragraph = paragraphs[index]
  const first = paragraph?.lines[0]
  if (!paragraph || !first) return 'paragraph'
  if (paragraph.kind === 'code') return 'code'
  if (paragraph.kind === 'contents') return 'contents'
  if (paragraph.kind === 'rows') return 'table'
  if (isHeading(paragraph, typography)) return 'heading'
  if (isNote(paragraphs, index, typography)) return 'note'
  return isItem(first.text) ? 'list' : 'paragraph'
}

/** The marker of a list's item with the white space after it; empty where a text has none. */
export function markerOf(text: string): string {
  const marker = BULLET.exec(text) ?? NUMBERED.exec(text) ?? DASH.exec(text)
  if (!marker) return ''
  return marker[0] + (/^\s*/.exec(text.slice(marker[0].length))?.[0] ?? '')
}

function isItem(text: string): boolean {
  return markerOf(text) !== ''
}

function isHeading(paragraph: Paragraph, { bodySize }: Typography): boolean {
  const { lines } = paragraph
  const text = lines.map((line) => line.text).join(' ')
  if (lines.length > MAX_HEADING_LINES || text.length > MAX_HEADING_LENGTH) return false
  if (!/\p{L}/u.test(text) || BULLET.test(text)) return false
  const size = sizeOf(paragraph)
  if (size >= LARGER * bodySize) return !/[^.][.,;]$/.test(text) || size >= 1.4 * bodySize
  const isEmphasized = emphasisOf(paragraph) > 0 && /^[^\p{Ll}]/u.test(text)
  return isEmphasized && size >= ABOUT_AS_LARGE * bodySize && !/[.,;:]$/.test(text)
}

/** How much the letters of a paragraph weigh more than others of their size, in points. */
function emphasisOf({ lines }: Paragraph): number {
  if (lines.every(({ bold }) => bold)) return 0.3
  if (lines.every(({ text }) => /(?:\p{Lu}.*){4}/u.test(text) && !/\p{Ll}/u.test(text))) return 0.2
  return lines.every(({ italic }) => italic) ? 0.1 : 0
}

/** Whether a paragraph stands among the small ones at the foot of its column, from one with a mark on. */
function isNote(paragraphs: readonly Paragraph[], index: number, typography: Typography): boolean {
  const isSmall = (paragraph: Paragraph) => {
    return paragraph.kind === 'text' && sizeOf(paragraph) <= SMALLER * typography.bodySize
  }
  if (!paragraphs.slice(index).every(isSmall)) return false
  let start = index
  while (start > 0 && isSmall(paragraphs[start - 1] ?? { kind: 'code', lines: [], roomAfter: 0 }))
    start--
  return paragraphs
    .slice(start, index + 1)
    .some(({ lines }) => NOTE_MARK.test(lines[0]?.text ?? ''))
}

/** The size of most of a paragraph's lines, to half a point. */
function sizeOf({ lines }: Paragraph): number {
  const sizes = lines.map(({ size }) => size).toSorted((a, b) => a - b)
  return Math.round((sizes[sizes.length >> 1] ?? 0) * 2) / 2
}
