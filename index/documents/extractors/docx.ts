import {
  asNotes,
  type Content,
  type TableCell,
  type TableContent,
  type TableRow,
} from './content.ts'
import { Numbering } from './docx-numbering.ts'
import { numberAt, numberingOf, type Style, Styles, toggle } from './docx-styles.ts'
import type { Extractor } from './extractor.ts'
import { InlineText, type Position } from './inline-text.ts'
import { layOut } from './lay-out.ts'
import { officeMath } from './office-math.ts'
import {
  LanguageCount,
  mainPart,
  packageDetails,
  readXml,
  type Relationship,
  relationshipsOf,
} from './office-package.ts'
import { symbolOf } from './symbols.ts'
import { elementAt, elementsOf, textOf, type XmlElement } from './xml.ts'
import { MAX_FILE_BYTES, ZipArchive } from './zip.ts'

/** Word's .docx. */
export const docxExtractor: Extractor = {
  format: 'docx',
  version: 1,
  extensions: ['.docx'],
  maxBytes: MAX_FILE_BYTES,
  extract: async (bytes) => {
    const archive = new ZipArchive(bytes)
    const main = mainPart(archive)
    const links = relationshipsOf(archive, main)
    const body = elementAt(readXml(archive, main), 'w:body')
    if (!body) throw new Error('is damaged: it has no body; save it again')
    const reader = new DocxReader(archive, links)
    const contents = reader.read(body)
    return { ...layOut(contents), details: packageDetails(archive, reader.language) }
  },
}

/** What only the program that made a table of contents, or an index, repeats of the text. */
const REPEATS = /^(?:toc (?:\d|heading)|table of (?:figures|authorities)|index \d|index heading)/
const QUOTATION = /^(?:intense )?quote$|^block text$/
const CODE = /^(?:source code|html preformatted|code|plain text)$/

/** A paragraph while its runs are read. */
interface Paragraph {
  readonly style: Style
  readonly line: InlineText
  /** What stands in text boxes that are anchored in it. */
  readonly boxes: XmlElement[]
  readonly notes: XmlElement[]
  /** Whether all of its text is bold. */
  isBold: boolean
}

class DocxReader {
  readonly #styles: Styles
  readonly #numbering: Numbering
  readonly #notes: ReadonlyMap<string, XmlElement>
  readonly #languages = new LanguageCount()
  /** The notes of the paragraphs of a list or table, which stand after it. */
  #waiting: XmlElement[] = []
  /** The beginning of a paragraph whose end was deleted, so that the next goes on with it. */
  #carried = ''

  constructor(archive: ZipArchive, links: readonly Relationship[]) {
    const part = (type: string) =>
      readXml(archive, links.find((link) => link.type === type)?.target)
    this.#styles = new Styles(part('styles'))
    this.#numbering = new Numbering(part('numbering'))
    this.#notes = new Map(
      ['footnote', 'endnote'].flatMap((kind) =>
        elementsOf(part(`${kind}s`), `w:${kind}`).map((note): [string, XmlElement] => [
          `${kind} ${note.attributes.get('w:id')}`,
          note,
        ]),
      ),
    )
  }

  /** The language of most of the text. */
  get language(): string | null {
    return this.#languages.most
  }

  read(body: XmlElement): Content[] {
    const contents: Content[] = []
    for (const block of blocksIn(body)) {
      const above = this.#waiting
      this.#waiting = []
      const added = this.#block(block)
      const own = this.#waiting
      // The notes of a list stand after its last item.
      this.#waiting = above
      if (added.length > 0 && added[0]?.kind !== 'item') this.#addNotes(contents)
      contents.push(...added)
      this.#waiting.push(...own)
      if (contents.at(-1)?.kind !== 'item') this.#addNotes(contents)
    }
    this.#addNotes(contents)
    return contents
  }

  #addNotes(contents: Content[]): void {
    const notes = this.#waiting
    this.#waiting = []
    for (const note of notes) contents.push(...asNotes(this.#blocks(note)))
  }

  #blocks(parent: XmlElement): Content[] {
    return blocksIn(parent).flatMap((block) => this.#block(block))
  }

  #block(element: XmlElement): Content[] {
    return element.name === 'w:tbl' ? [this.#table(element)] : this.#paragraph(element).contents
  }

  #paragraph(element: XmlElement): { contents: Content[]; isBold: boolean } {
    const properties = elementAt(element, 'w:pPr')
    const style = this.#styles.paragraph(elementAt(properties, 'w:pStyle')?.attributes.get('w:val'))
    const paragraph = { style, line: new InlineText(), boxes: [], notes: [], isBold: true }
    paragraph.line.add(this.#carried)
    this.#carried = ''
    this.#inline(element, paragraph)
    const text = paragraph.line.take()
    this.#waiting.push(...paragraph.notes)
    const boxes = paragraph.boxes.flatMap((box) => this.#blocks(box))
    if (elementAt(properties, 'w:rPr', 'w:del')) {
      this.#carried = text
      return { contents: boxes, isBold: paragraph.isBold }
    }
    const own = this.#contentOf(text, style, properties)
    return { contents: own ? [own, ...boxes] : boxes, isBold: paragraph.isBold }
  }

  #contentOf(text: string, style: Style, properties: XmlElement | undefined): Content | null {
    const is = (pattern: RegExp) => style.names.some((name) => pattern.test(name))
    if (text.trim() === '' || is(REPEATS)) return null
    const numbering = numberingOf(properties) ?? style.numbering
    const marker = numbering && this.#numbering.next(numbering.id, numbering.level)
    const level = headingLevel(style, properties)
    if (level !== null) {
      const number = marker === null || marker === '-' ? '' : `${marker} `
      return { kind: 'heading', level, text: number + text }
    }
    if (numbering && marker !== null) {
      return { kind: 'item', depth: numbering.level, marker: marker || '-', text }
    }
    if (is(CODE)) return { kind: 'code', text }
    return { kind: is(QUOTATION) ? 'quotation' : 'paragraph', text }
  }

  #inline(parent: XmlElement, paragraph: Paragraph): void {
    for (const element of elementsOf(parent)) {
      switch (element.name) {
        case 'w:r':
          this.#run(element, paragraph)
          break
        case 'm:oMath':
          paragraph.line.add(officeMath(element))
          break
        case 'm:oMathPara':
          for (const formula of elementsOf(element, 'm:oMath')) {
            paragraph.line.add(`\n${officeMath(formula)}\n`)
          }
          break
        case 'mc:AlternateContent':
          this.#inline(shownAlternative(element), paragraph)
          break
        case 'w:ruby':
          this.#inline(elementAt(element, 'w:rubyBase') ?? element, paragraph)
          break
        case 'w:del':
        case 'w:moveFrom':
        case 'w:pPr':
        case 'w:rPr':
          break
        default:
          this.#inline(element, paragraph)
      }
    }
  }

  #run(run: XmlElement, paragraph: Paragraph): void {
    const properties = elementAt(run, 'w:rPr')
    const style = this.#styles.character(elementAt(properties, 'w:rStyle')?.attributes.get('w:val'))
    const isHidden = toggle(properties, 'w:vanish') ?? (style.isHidden || paragraph.style.isHidden)
    if (isHidden) return
    const raised = elementAt(properties, 'w:vertAlign')?.attributes.get('w:val')
    const position = positionOf(raised ?? style.position)
    const add = (text: string) => paragraph.line.add(text, position)
    let text = ''
    for (const piece of shownIn(run)) {
      const written = writtenIn(piece)
      if (written !== null) {
        text += written
        add(written)
      } else {
        this.#anchored(piece, paragraph)
      }
    }
    const language = elementAt(properties, 'w:lang')?.attributes.get('w:val')
    this.#languages.add(language ?? style.language ?? paragraph.style.language, text)
    const isBold = toggle(properties, 'w:b') ?? (style.isBold || paragraph.style.isBold)
    if (text.trim() !== '' && !isBold) paragraph.isBold = false
  }

  /** What a run has that is no text: notes, text boxes, and text of other scripts with its reading above it. */
  #anchored(element: XmlElement, paragraph: Paragraph): void {
    switch (element.name) {
      case 'w:footnoteReference':
      case 'w:endnoteReference': {
        const kind = element.name === 'w:footnoteReference' ? 'footnote' : 'endnote'
        const note = this.#notes.get(`${kind} ${element.attributes.get('w:id')}`)
        if (note) paragraph.notes.push(note)
        break
      }
      case 'w:ruby':
        this.#inline(elementAt(element, 'w:rubyBase') ?? element, paragraph)
        break
      case 'w:drawing':
      case 'w:pict':
      case 'w:object':
        paragraph.boxes.push(...textBoxes(element))
        break
      default:
    }
  }

  #table(table: XmlElement): TableContent {
    const properties = elementAt(table, 'w:tblPr')
    const style = elementAt(properties, 'w:tblStyle')?.attributes.get('w:val')
    const hasHeader = showsFirstRow(properties) && this.#styles.hasBoldFirstRow(style)
    const rows = through(table, 'w:tr')
      .filter((row) => {
        const own = elementAt(row, 'w:trPr')
        return !elementAt(own, 'w:del') && !toggle(own, 'w:hidden')
      })
      .map((row, i) => this.#row(row, hasHeader && i === 0))
    return { kind: 'table', rows: withMergedCells(rows), isLayout: false }
  }

  #row(row: XmlElement, isFirst: boolean): DocxRow {
    const properties = elementAt(row, 'w:trPr')
    const cells = through(row, 'w:tc').map((cell): DocxCell => {
      const cellProperties = elementAt(cell, 'w:tcPr')
      const merge = elementAt(cellProperties, 'w:vMerge')
      const blocks = blocksIn(cell).map((block) =>
        block.name === 'w:tbl'
          ? { contents: [this.#table(block)], isBold: false }
          : this.#paragraph(block),
      )
      return {
        contents: blocks.flatMap(({ contents }) => contents),
        isBold: blocks.every(({ isBold }) => isBold),
        isHeader: false,
        columns: Math.max(1, numberAt(cellProperties, 'w:gridSpan') ?? 1),
        rows: 1,
        goesOn: merge !== undefined && merge.attributes.get('w:val') !== 'restart',
      }
    })
    return {
      before: numberAt(properties, 'w:gridBefore') ?? 0,
      isHeader: isFirst || (toggle(properties, 'w:tblHeader') ?? false),
      cells,
    }
  }
}

interface DocxCell extends TableCell {
  /** Whether it is the lower part of the cell above. */
  readonly goesOn: boolean
}

interface DocxRow {
  readonly isHeader: boolean
  /** How many columns are left free before its first cell. */
  readonly before: number
  readonly cells: readonly DocxCell[]
}

const EMPTY_CELL: TableCell = { contents: [], isHeader: false, isBold: false, columns: 1, rows: 1 }

/** Word writes a cell that takes several rows once in each. The upper part stands in all of them. */
function withMergedCells(rows: readonly DocxRow[]): TableRow[] {
  const above = new Map<number, TableCell>()
  return rows.map(({ isHeader, before, cells }) => {
    let column = before
    const placed = cells.map((cell) => {
      const whole = cell.goesOn ? above.get(column) : undefined
      const shown = whole ? { ...cell, contents: whole.contents } : cell
      above.set(column, shown)
      column += cell.columns
      return shown
    })
    return {
      isHeader,
      cells: before > 0 ? [{ ...EMPTY_CELL, columns: before }, ...placed] : placed,
    }
  })
}

/** Whether the first row of a table has the look that its style has for it. */
function showsFirstRow(properties: XmlElement | undefined): boolean {
  const look = elementAt(properties, 'w:tblLook')?.attributes
  const flag = look?.get('w:firstRow')
  if (flag !== undefined) return flag === '1' || flag === 'true'
  return (Number.parseInt(look?.get('w:val') ?? '0', 16) & 0x20) !== 0
}

/** The paragraphs and tables in an element, also those in what only wraps them. */
function blocksIn(parent: XmlElement): XmlElement[] {
  return elementsOf(parent).flatMap((element) => {
    if (element.name === 'w:p' || element.name === 'w:tbl') return [element]
    if (element.name === 'mc:AlternateContent') return blocksIn(shownAlternative(element))
    return isWrapper(element) ? blocksIn(element) : []
  })
}

/** The rows of a table or the cells of a row, also those in what only wraps them. */
function through(parent: XmlElement, name: string): XmlElement[] {
  return elementsOf(parent).flatMap((element) => {
    if (element.name === name) return [element]
    return isWrapper(element) ? through(element, name) : []
  })
}

function isWrapper(element: XmlElement): boolean {
  switch (element.name) {
    case 'w:sdtContent':
    case 'w:customXml':
    case 'w:smartTag':
    case 'w:ins':
    case 'w:moveTo':
      return true
    case 'w:sdt':
      return !isTableOfContents(element)
    default:
      return false
  }
}

function isTableOfContents(control: XmlElement): boolean {
  const gallery = elementAt(control, 'w:sdtPr', 'w:docPartObj', 'w:docPartGallery')
  return gallery?.attributes.get('w:val') === 'Table of Contents'
}

/** Of the same thing for newer and older programs, the one for newer ones. */
function shownAlternative(element: XmlElement): XmlElement {
  return elementAt(element, 'mc:Choice') ?? elementAt(element, 'mc:Fallback') ?? element
}

/** The pieces of a run, also those of alternatives. */
function shownIn(run: XmlElement): XmlElement[] {
  return elementsOf(run).flatMap((element) =>
    element.name === 'mc:AlternateContent' ? shownIn(shownAlternative(element)) : [element],
  )
}

/** The contents of the text boxes in a drawing, each once. */
function textBoxes(drawing: XmlElement): XmlElement[] {
  return elementsOf(drawing).flatMap((element) => {
    if (element.name === 'w:txbxContent') return [element]
    return textBoxes(element.name === 'mc:AlternateContent' ? shownAlternative(element) : element)
  })
}

/** The text that a piece of a run writes; null where it is none. */
function writtenIn(piece: XmlElement): string | null {
  switch (piece.name) {
    case 'w:t':
      return textOf(piece)
    case 'w:tab':
    case 'w:ptab':
      return ' '
    case 'w:br':
    case 'w:cr':
      return '\n'
    case 'w:noBreakHyphen':
      return '-'
    case 'w:sym':
      return symbolOf(piece.attributes.get('w:font') ?? '', piece.attributes.get('w:char') ?? '')
    default:
      return null
  }
}

function positionOf(vertical: string | null): Position {
  if (vertical === 'superscript') return 'raised'
  return vertical === 'subscript' ? 'lowered' : 'base'
}

/** By the outline level, which is the same in every language; a document's title is a heading too. */
function headingLevel(style: Style, properties: XmlElement | undefined): number | null {
  const outline = numberAt(properties, 'w:outlineLvl') ?? style.outlineLevel
  if (outline !== null) return outline < 9 ? outline + 1 : null
  const [, level] =
    /^heading (\d)$/.exec(style.names.find((name) => /^heading \d$/.test(name)) ?? '') ?? []
  if (level !== undefined) return Number(level)
  return style.names[0] === 'title' ? 1 : null
}
