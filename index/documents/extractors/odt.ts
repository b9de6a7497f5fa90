import {
  asNotes,
  type Content,
  type TableCell,
  type TableContent,
  type TableRow,
} from './content.ts'
import { detailsOf } from './details.ts'
import type { ExtractedDetails, Extractor } from './extractor.ts'
import { InlineText, type Position } from './inline-text.ts'
import { layOut } from './lay-out.ts'
import { mathText } from './mathml.ts'
import { OdtCounter, type OdtStyle, OdtStyles } from './odt-styles.ts'
import { LanguageCount, readXml } from './office-package.ts'
import { descendants, elementAt, elementsOf, textOf, type XmlElement, type XmlNode } from './xml.ts'
import { entryAt, MAX_FILE_BYTES, ZipArchive } from './zip.ts'

/** OpenDocument text, as LibreOffice writes it. */
export const odtExtractor: Extractor = {
  format: 'odt',
  version: 1,
  extensions: ['.odt'],
  maxBytes: MAX_FILE_BYTES,
  extract: async (bytes) => {
    const archive = new ZipArchive(bytes)
    refuseEncrypted(archive)
    const content = readXml(archive, 'content.xml')
    const body = elementAt(content, 'office:body', 'office:text')
    if (!body) throw new Error('is damaged: it has no text; save it again')
    const reader = new OdtReader(archive, new OdtStyles([content, readXml(archive, 'styles.xml')]))
    const contents = reader.read(body)
    return { ...layOut(contents), details: odtDetails(archive, reader.language) }
  },
}

function refuseEncrypted(archive: ZipArchive): void {
  const manifest = readXml(archive, 'META-INF/manifest.xml')
  if (descendants(manifest, 'manifest:encryption-data').length > 0) {
    throw new Error('has a password; save it without one')
  }
}

function odtDetails(archive: ZipArchive, textLanguage: string | null): ExtractedDetails {
  const meta = elementAt(readXml(archive, 'meta.xml'), 'office:meta')
  const value = (name: string) => textOf(elementAt(meta, name))
  return detailsOf({
    title: value('dc:title'),
    // `dc:creator` is who saved it last.
    author: value('meta:initial-creator') || value('dc:creator'),
    date: value('dc:date') || value('meta:creation-date'),
    language: value('dc:language') || textLanguage,
  })
}

/** Made by the program from the rest of the text. */
const REPEATS = new Set([
  'text:table-of-content',
  'text:illustration-index',
  'text:table-index',
  'text:object-index',
  'text:user-index',
  'text:alphabetical-index',
  'text:tracked-changes',
])

/** What only wraps paragraphs. */
const WRAPPERS = new Set([
  'text:section',
  'text:bibliography',
  'text:index-body',
  'text:index-title',
  'text:numbered-paragraph',
  'office:text',
])

const NO_TEXT = new Set([
  'office:annotation',
  'office:annotation-end',
  'office:event-listeners',
  'text:note-citation',
  'text:ruby-text',
  'text:script',
  'text:tracked-changes',
])

interface Paragraph {
  readonly style: OdtStyle
  readonly line: InlineText
  readonly boxes: XmlElement[]
  readonly notes: XmlElement[]
  isBold: boolean
  isHidden: boolean
}

interface List {
  readonly style: string | undefined
  readonly level: number
  readonly counter: OdtCounter
}

class OdtReader {
  readonly #archive: ZipArchive
  readonly #styles: OdtStyles
  readonly #languages = new LanguageCount()
  readonly #headings = new OdtCounter()
  /** The last counter of each list style, for a list that continues it. */
  readonly #counters = new Map<string, OdtCounter>()
  #waiting: XmlElement[] = []

  constructor(archive: ZipArchive, styles: OdtStyles) {
    this.#archive = archive
    this.#styles = styles
  }

  /** The language of most of the text. */
  get language(): string | null {
    return this.#languages.most
  }

  read(body: XmlElement): Content[] {
    const contents: Content[] = []
    for (const block of blocksIn(body)) {
      contents.push(...this.#block(block))
      const notes = this.#waiting
      this.#waiting = []
      contents.push(...notes.flatMap((note) => this.#note(note)))
    }
    return contents
  }

  #note(note: XmlElement): Content[] {
    return asNotes(this.#blocks(note))
  }

  #blocks(parent: XmlElement): Content[] {
    return blocksIn(parent).flatMap((block) => this.#block(block))
  }

  #block(element: XmlElement): Content[] {
    switch (element.name) {
      case 'table:table':
        return [this.#table(element)]
      case 'text:list':
        return this.#list(element, null)
      case 'text:p':
      case 'text:h':
        return this.#paragraph(element).contents
      default:
        return textBoxes(element).flatMap((box) => this.#blocks(box))
    }
  }

  #list(element: XmlElement, above: List | null): Content[] {
    const style = element.attributes.get('text:style-name') ?? above?.style
    const goesOn =
      element.attributes.get('text:continue-numbering') === 'true' ||
      element.attributes.has('text:continue-list')
    const known = goesOn ? this.#counters.get(style ?? '') : undefined
    const counter = above?.counter ?? known ?? new OdtCounter()
    this.#counters.set(style ?? '', counter)
    const list = { style, level: (above?.level ?? 0) + 1, counter }
    return elementsOf(element).flatMap((item) => {
      if (item.name === 'text:list-item') return this.#item(item, list, true)
      return item.name === 'text:list-header' ? this.#item(item, list, false) : []
    })
  }

  #item(item: XmlElement, list: List, isCounted: boolean): Content[] {
    let marker: string | null = null
    const start = Number(item.attributes.get('text:start-value') ?? 'none')
    return blocksIn(item).flatMap((block): Content[] => {
      if (block.name === 'text:list') return this.#list(block, list)
      return this.#block(block).map((content) => {
        if (content.kind !== 'paragraph') return content
        const isFirst = marker === null
        marker ??= isCounted
          ? list.counter.next(
              list.level,
              (level) => this.#styles.listLevel(list.style, level),
              Number.isInteger(start) ? start : null,
            ) || '-'
          : ''
        const { text } = content
        return { kind: 'item', depth: list.level - 1, marker: isFirst ? marker : '', text }
      })
    })
  }

  #paragraph(element: XmlElement): { contents: Content[]; isBold: boolean } {
    const style = this.#styles.style('paragraph', element.attributes.get('text:style-name'))
    const paragraph = {
      style,
      line: new InlineText(),
      boxes: [],
      notes: [],
      isBold: true,
      isHidden: style.isHidden,
    }
    this.#inline(element, paragraph, style)
    const text = paragraph.line.take()
    const { isBold } = paragraph
    if (paragraph.isHidden) return { contents: [], isBold }
    this.#waiting.push(...paragraph.notes)
    const boxes = paragraph.boxes.flatMap((box) => this.#blocks(box))
    const own = text.trim() === '' ? [] : [this.#contentOf(element, style, text)]
    return { contents: [...own, ...boxes], isBold }
  }

  #contentOf(element: XmlElement, style: OdtStyle, text: string): Content {
    if (element.name === 'text:h') {
      const level = Math.max(1, Number(element.attributes.get('text:outline-level') ?? '1') || 1)
      const isCounted = element.attributes.get('text:is-list-header') !== 'true'
      const number = isCounted && level <= 10 ? this.#headingNumber(level) : ''
      return { kind: 'heading', level, text: number === '' ? text : `${number} ${text}` }
    }
    const is = (name: string) => style.names.includes(name)
    if (is('Title')) return { kind: 'heading', level: 1, text }
    if (is('Preformatted_20_Text')) return { kind: 'code', text }
    return { kind: is('Quotations') || is('Quote') ? 'quotation' : 'paragraph', text }
  }

  #headingNumber(level: number): string {
    const number = this.#headings.next(level, (at) => this.#styles.outlineLevel(at), null)
    return number === '-' ? '' : number
  }

  #inline(parent: XmlElement, paragraph: Paragraph, style: OdtStyle): void {
    for (const child of parent.children) this.#piece(child, paragraph, style)
  }

  #piece(node: XmlNode, paragraph: Paragraph, style: OdtStyle): void {
    if (typeof node === 'string') {
      this.#text(node, paragraph, style)
      return
    }
    const { name, attributes } = node
    if (NO_TEXT.has(name)) return
    switch (name) {
      // However many spaces: they become one.
      case 'text:s':
      case 'text:tab':
        paragraph.line.add(' ', style.position)
        return
      case 'text:line-break':
        paragraph.line.add('\n', style.position)
        return
      case 'text:span':
        this.#inline(node, paragraph, this.#spanStyle(attributes.get('text:style-name'), style))
        return
      case 'text:note':
        paragraph.notes.push(...elementsOf(node, 'text:note-body'))
        return
      case 'text:hidden-text':
        if (attributes.get('text:is-hidden') === 'true') return
        break
      case 'text:hidden-paragraph':
        if (attributes.get('text:is-hidden') === 'true') paragraph.isHidden = true
        return
      default:
    }
    if (isDrawing(node)) this.#drawing(node, paragraph)
    else this.#inline(node, paragraph, style)
  }

  #text(text: string, paragraph: Paragraph, style: OdtStyle): void {
    if (style.isHidden) return
    const written = text.replace(/[ \t\r\n]+/g, ' ')
    paragraph.line.add(written, style.position)
    this.#languages.add(style.language ?? this.#styles.language, written)
    if (written.trim() !== '' && !style.isBold) paragraph.isBold = false
  }

  /** The style of a span: where its own says nothing, that around it holds. */
  #spanStyle(name: string | undefined, around: OdtStyle): OdtStyle {
    const own = this.#styles.style('text', name)
    const position: Position = own.position === 'base' ? around.position : own.position
    return {
      names: own.names,
      isHidden: own.isHidden || around.isHidden,
      isBold: own.isBold || around.isBold,
      position,
      language: own.language ?? around.language,
    }
  }

  /** A formula is written where it stands; what is in text boxes comes after the paragraph. */
  #drawing(drawing: XmlElement, paragraph: Paragraph): void {
    for (const object of descendants(drawing, 'draw:object')) {
      const formula = this.#formula(object)
      if (formula) paragraph.line.add(formula)
    }
    paragraph.boxes.push(...textBoxes(drawing))
  }

  #formula(object: XmlElement): string {
    const embedded = elementsOf(object).find(({ name }) => name === 'math:math')
    if (embedded) return mathText(embedded)
    const link = object.attributes.get('xlink:href')
    if (link === undefined) return ''
    const root = readXml(this.#archive, entryAt('', `${link}/content.xml`))
    return root?.name === 'math:math' ? mathText(root) : ''
  }

  #table(table: XmlElement): TableContent {
    return { kind: 'table', rows: this.#rows(table, false), isLayout: false }
  }

  #rows(parent: XmlElement, isHeader: boolean): TableRow[] {
    return elementsOf(parent).flatMap((element): TableRow[] => {
      switch (element.name) {
        case 'table:table-row':
          return [{ isHeader, cells: this.#cells(element) }]
        case 'table:table-header-rows':
          return this.#rows(element, true)
        case 'table:table-rows':
        case 'table:table-row-group':
          return this.#rows(element, isHeader)
        default:
          return []
      }
    })
  }

  #cells(row: XmlElement): TableCell[] {
    // Covered cells belong to one that takes several columns or rows.
    return elementsOf(row, 'table:table-cell').map((cell) => {
      const number = (name: string) =>
        Math.max(1, Number(cell.attributes.get(`table:number-${name}`) ?? '1') || 1)
      const blocks = blocksIn(cell).map((block) =>
        block.name === 'text:p' || block.name === 'text:h'
          ? this.#paragraph(block)
          : { contents: this.#block(block), isBold: false },
      )
      return {
        contents: blocks.flatMap(({ contents }) => contents),
        isHeader: false,
        isBold: blocks.every(({ isBold }) => isBold),
        columns: Math.max(number('columns-spanned'), number('columns-repeated')),
        rows: number('rows-spanned'),
      }
    })
  }
}

/** The paragraphs, lists, tables and drawings in an element, also those in what only wraps them. */
function blocksIn(parent: XmlElement): XmlElement[] {
  return elementsOf(parent).flatMap((element) => {
    if (REPEATS.has(element.name)) return []
    if (element.attributes.get('text:display') === 'none') return []
    if (WRAPPERS.has(element.name)) return blocksIn(element)
    const isBlock = ['text:p', 'text:h', 'text:list', 'table:table'].includes(element.name)
    return isBlock || isDrawing(element) ? [element] : []
  })
}

function isDrawing({ name }: XmlElement): boolean {
  return name.startsWith('draw:') && name !== 'draw:a'
}

/** What in a drawing has paragraphs of its own: text boxes and shapes. */
function textBoxes(drawing: XmlElement): XmlElement[] {
  const hasParagraphs = elementsOf(drawing).some(({ name }) =>
    ['text:p', 'text:h', 'text:list', 'table:table'].includes(name),
  )
  if (hasParagraphs) return [drawing]
  return elementsOf(drawing)
    .filter((element) => isDrawing(element))
    .flatMap(textBoxes)
}
