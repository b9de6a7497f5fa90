import { encodePlaces, type PlacedLine } from '../../places.ts'
import type { Span } from '../../../span.ts'
import type { Block, Page } from '../extractor.ts'
import { type Draft, markerOf } from './flow.ts'
import type { PdfPage } from './glyphs.ts'
import { placesOf } from './line-places.ts'
import type { Line } from './lines.ts'
import { Junctions } from './words.ts'

/** The text of a document, and where it stands. */
export interface Composed {
  readonly text: string
  readonly blocks: readonly Block[]
  readonly pages: readonly Page[]
}

/** There are so many levels of headings. */
const LEVELS = 6

/** The text of drafts: a blank line between blocks, paragraphs in one line each. */
export function compose(drafts: readonly Draft[], pages: readonly PdfPage[]): Composed {
  const writer = new Writer(drafts, pages.length)
  const levels = levelsOf(drafts)
  const blocks = Array.from(grouped(drafts), (group): Block => {
    const [first] = group
    if (!first) throw new Error('a block without drafts')
    writer.write('\n\n')
    const parts: Span[] = []
    group.forEach((draft, i) => {
      if (i > 0) writer.write('\n')
      parts.push(...writer.writeDraft(draft))
    })
    const span = { start: parts[0]?.start ?? 0, end: parts.at(-1)?.end ?? 0 }
    if (first.role === 'heading') {
      const level = levels.get(first.weight) ?? LEVELS
      return { ...span, role: 'heading', level, text: writer.text.slice(span.start, span.end) }
    }
    // Nothing is quoted from a table of contents.
    if (first.role === 'contents') return { ...span, role: 'table', mayRunOn: false, parts: [] }
    const items =
      first.role === 'list' ? parts.map((part) => withoutMarker(writer.text, part)) : parts
    return { ...span, role: first.role, mayRunOn: false, parts: items }
  })
  return { text: writer.text, blocks, pages: writer.pages(pages) }
}

/** The items of a list, and the rows of a table, are one block. */
function grouped(drafts: readonly Draft[]): Draft[][] {
  const groups: Draft[][] = []
  for (const draft of drafts) {
    const group = groups.at(-1)
    const isSameList =
      (draft.role === 'list' || draft.role === 'contents') && group?.[0]?.role === draft.role
    if (group && isSameList) group.push(draft)
    else groups.push([draft])
  }
  return groups
}

function levelsOf(drafts: readonly Draft[]): Map<number, number> {
  const weights = drafts.filter(({ role }) => role === 'heading').map(({ weight }) => weight)
  const sorted = [...new Set(weights)].toSorted((a, b) => b - a)
  return new Map(sorted.map((weight, i) => [weight, Math.min(i + 1, LEVELS)]))
}

function withoutMarker(text: string, { start, end }: Span): Span {
  const marker = markerOf(text.slice(start, end))
  return marker.length < end - start ? { start: start + marker.length, end } : { start, end }
}

/** Writes the text, and remembers where its lines stand. */
class Writer {
  text = ''
  readonly #junctions: Junctions
  readonly #placed: PlacedLine[][]

  constructor(drafts: readonly Draft[], pages: number) {
    this.#junctions = new Junctions(
      drafts.flatMap(({ parts }) => parts.flatMap(({ lines }) => lines)),
    )
    this.#placed = Array.from({ length: pages }, () => [])
  }

  /** Writes white space that divides blocks, except at the beginning. */
  write(space: string): void {
    if (this.text !== '') this.text += space
  }

  /** Writes a block, and gives the spans in which sentences are looked for. */
  writeDraft(draft: Draft): Span[] {
    const spans: Span[] = []
    let start = this.text.length
    const endSpan = (next: number) => {
      spans.push({ start, end: this.text.length })
      start = next
    }
    draft.parts.forEach((part, i) => {
      part.lines.forEach((line, j) => {
        const next = part.lines[j + 1] ?? draft.parts[i + 1]?.lines[0]
        const isLast = j === part.lines.length - 1
        const isUnsure = isLast && (part.repaired || draft.parts[i + 1]?.repaired === true)
        this.#writeLine(line, part, next, draft.role)
        if (!next) return
        if (draft.role === 'table' || isUnsure) {
          const end = this.text.trimEnd().length
          spans.push({ start, end })
          start = this.text.length
        }
      })
    })
    endSpan(this.text.length)
    return spans
  }

  #writeLine(
    line: Line,
    { on }: Draft['parts'][number],
    next: Line | undefined,
    role: Draft['role'],
  ): void {
    const inLines = role === 'code' || role === 'table' || role === 'contents'
    const junction = next && !inLines ? this.#junctions.between(line.text, next.text) : 'space'
    const glyphs = junction === 'no hyphen' ? line.glyphs.slice(0, -1) : line.glyphs
    const written = placesOf(glyphs, line, on, this.text.length)
    this.text += written.text
    this.#placed[on.page]?.push(...written.places)
    if (next && junction === 'space') this.text += inLines ? '\n' : ' '
  }

  /** The pages with the spans of their text. A page without text has an empty span where it would stand. */
  pages(pages: readonly PdfPage[]): Page[] {
    let position = 0
    return pages.map(({ number, label, width, height }, i) => {
      const placed = this.#placed[i] ?? []
      const start = Math.min(...placed.map((line) => line.start))
      const end = Math.max(...placed.map((line) => line.end))
      const span = placed.length > 0 ? { start, end } : { start: position, end: position }
      position = span.end
      const places = placed.length > 0 ? encodePlaces(placed) : null
      return { ...span, number, label, size: { width, height }, places }
    })
  }
}
