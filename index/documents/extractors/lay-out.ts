import { type Span, trimSpan } from '../../span.ts'
import {
  type Content,
  type HeadingContent,
  type ItemContent,
  PAGE_MARKS,
  type TableContent,
} from './content.ts'
import type { Block, Page, TextBlock } from './extractor.ts'
import { cellContents, tableLines } from './tables.ts'
import { singleSpaced, tidied, tidiedLines } from './white-space.ts'

/** The longest text, in UTF-16 code units: the Bible has 4.5 million. */
const MAX_CHARACTERS = 5_000_000

/** A longer text that is styled as a heading is a paragraph. */
const MAX_HEADING_LENGTH = 500

/** Deeper lists are not indented further. */
const MAX_INDENTS = 8

// Bullets that were typed, or that a symbol font draws.
const TYPED_BULLET = /^\s*[•▪◦‣●■○□➢►▶\uE000-\uF8FF]\s*(?=\S)/

/** A text with its blocks and pages, as an `Extraction` has them. */
export interface LaidOut {
  readonly text: string
  readonly blocks: Block[]
  readonly pages: Page[]
}

/**
 * Lays out what a document says as its text: a blank line between blocks, single spaces, a list item or table row on each line.
 * `labels` has the label of each page that begins in the middle of a text, by its number. Throws an `Error` whose message
 * completes "FILE …" where the text is too long.
 */
export function layOut(
  contents: readonly Content[],
  labels: ReadonlyMap<number, string> = new Map(),
): LaidOut {
  const layout = new Layout(labels)
  layout.addAll(contents)
  return layout.end()
}

class Layout {
  readonly #labels: ReadonlyMap<number, string>
  readonly #pieces: string[] = []
  readonly #blocks: Block[] = []
  readonly #pages: { number: number; label: string | null; start: number }[] = []
  #items: ItemContent[] = []
  #length = 0

  constructor(labels: ReadonlyMap<number, string>) {
    this.#labels = labels
  }

  addAll(contents: readonly Content[]): void {
    for (const content of contents) {
      const item = asItem(content)
      if (item) {
        this.#items.push(item)
      } else if (content.kind !== 'item') {
        this.#endList()
        this.#add(content)
      }
    }
    this.#endList()
  }

  end(): LaidOut {
    const text = this.#pieces.join('')
    const pages = this.#pages.map(({ number, label, start }, i) => {
      const end = this.#pages[i + 1]?.start ?? this.#length
      const span = trimSpan(text, { start, end })
      return { ...span, number, label, size: null, places: null }
    })
    return { text, blocks: this.#blocks, pages }
  }

  #add(content: Exclude<Content, ItemContent>): void {
    switch (content.kind) {
      case 'page':
        this.#beginPage(content.number, content.label)
        break
      case 'table':
        this.#addTable(content)
        break
      case 'heading':
        this.#addHeading(content)
        break
      case 'code':
        this.#addBlock('code', [{ before: '', text: tidiedLines(content.text) }])
        break
      default:
        // Whoever ends a line twice ends the paragraph.
        for (const text of tidied(content.text).split(/\n{2,}/)) {
          this.#addBlock(content.kind, [{ before: '', text }])
        }
    }
  }

  #addHeading({ level, text }: HeadingContent): void {
    const line = singleSpaced(text)
    if (line.length > MAX_HEADING_LENGTH) {
      this.#addBlock('paragraph', [{ before: '', text: line }])
      return
    }
    if (!this.#hasText(line)) return
    this.#beginBlock()
    const written = this.#pieces.length
    const span = this.#writeText(line)
    const bare = this.#pieces.slice(written).join('')
    this.#blocks.push({
      ...span,
      role: 'heading',
      level: Math.min(Math.max(level, 1), 6),
      text: bare,
    })
  }

  #addTable(table: TableContent): void {
    const lines = tableLines(table)
    if (lines === null) this.addAll(cellContents(table))
    else
      this.#addBlock(
        'table',
        Array.from(lines, (text) => ({ before: '', text })),
      )
  }

  #endList(): void {
    const lines = this.#items.flatMap(({ depth, marker, text }) => {
      const indent = '  '.repeat(Math.min(depth, MAX_INDENTS))
      // The second paragraph of an item stands under the first.
      const paragraphs = tidied(text).split(/\n{2,}/)
      return Array.from(paragraphs, (paragraph, i) => {
        const before = i > 0 || marker === '' ? '  ' : `${marker} `
        return { before: indent + before, text: paragraph }
      })
    })
    this.#items = []
    this.#addBlock('list', lines)
  }

  /** A block whose parts stand on lines of their own, each after what is no part of it. */
  #addBlock(role: TextBlock['role'], lines: readonly { before: string; text: string }[]): void {
    let start: number | null = null
    const parts: Span[] = []
    for (const { before, text } of lines) {
      if (!this.#hasText(text)) continue
      if (start === null) {
        this.#beginBlock()
        start = this.#length
        this.#write(before.trimStart())
      } else {
        this.#write(`\n${before}`)
      }
      parts.push(this.#writeText(text))
    }
    if (start === null) return
    this.#blocks.push({ start, end: this.#length, role, mayRunOn: false, parts })
  }

  /** Whether there is more in a text than marks of pages; where there is not, the pages begin here. */
  #hasText(text: string): boolean {
    if (text.replace(PAGE_MARKS, '').trim() !== '') return true
    for (const [, page] of text.matchAll(PAGE_MARKS)) this.#beginMarked(Number(page))
    return false
  }

  #beginBlock(): void {
    if (this.#length > 0) this.#write('\n\n')
  }

  #beginPage(number: number, label: string | null): void {
    if (number > (this.#pages.at(-1)?.number ?? 0)) {
      this.#pages.push({ number, label, start: this.#length })
    }
  }

  #beginMarked(number: number): void {
    this.#beginPage(number, this.#labels.get(number) || null)
  }

  /** Writes a text, and begins the pages that are marked in it. */
  #writeText(text: string): Span {
    const start = this.#length
    // Texts and numbers of pages by turns.
    const pieces = text.split(PAGE_MARKS)
    const last = pieces.findLastIndex((piece, i) => i % 2 === 0 && piece.trim() !== '')
    for (const [i, piece] of pieces.entries()) {
      if (i % 2 === 1) this.#beginMarked(Number(piece))
      else if (i <= last) this.#writeBesideMark(i === last ? piece.trimEnd() : piece, i > 0)
    }
    return { start, end: this.#length }
  }

  /** Spaces on both sides of a mark are one. */
  #writeBesideMark(text: string, isAfterMark: boolean): void {
    const before = this.#pieces.at(-1)
    const doublesSpace = isAfterMark && text.startsWith(' ') && (!before || /\s$/.test(before))
    this.#write(doublesSpace ? text.slice(1) : text)
  }

  #write(piece: string): void {
    if (piece === '') return
    this.#pieces.push(piece)
    this.#length += piece.length
    if (this.#length > MAX_CHARACTERS) {
      throw new Error(
        `has more than ${MAX_CHARACTERS / 1e6} million characters of text; split it into several files`,
      )
    }
  }
}

function asItem(content: Content): ItemContent | null {
  if (content.kind === 'item') return content
  if (content.kind !== 'paragraph' || !TYPED_BULLET.test(content.text)) return null
  return { kind: 'item', depth: 0, marker: '-', text: content.text.replace(TYPED_BULLET, '') }
}
