import type { Content, TableCell, TableContent } from './content.ts'
import type { Extractor } from './extractor.ts'
import { InlineText } from './inline-text.ts'
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
import { descendants, elementAt, elementsOf, textOf, type XmlElement } from './xml.ts'
import { MAX_FILE_BYTES, ZipArchive } from './zip.ts'

/** PowerPoint's .pptx; each slide is a page. */
export const pptxExtractor: Extractor = {
  format: 'pptx',
  version: 1,
  extensions: ['.pptx'],
  maxBytes: MAX_FILE_BYTES,
  extract: async (bytes) => {
    const archive = new ZipArchive(bytes)
    const main = mainPart(archive)
    const links = relationshipsOf(archive, main)
    const reader = new PptxReader(archive)
    const list = elementAt(readXml(archive, main), 'p:sldIdLst')
    const contents = elementsOf(list, 'p:sldId').flatMap((slide, i) =>
      reader.slide(targetOf(links, slide.attributes.get('r:id')), i + 1),
    )
    return { ...layOut(contents), details: packageDetails(archive, reader.language) }
  },
}

/** Placeholders for what stands on every slide. */
const REPEATED = new Set(['dt', 'ftr', 'hdr', 'sldNum'])

class PptxReader {
  readonly #archive: ZipArchive
  readonly #languages = new LanguageCount()

  constructor(archive: ZipArchive) {
    this.#archive = archive
  }

  /** The language of most of the text. */
  get language(): string | null {
    return this.#languages.most
  }

  /** A slide as a page: its title, what else is on it, and the speaker's notes. Hidden slides are pages without text. */
  slide(part: string | undefined, number: number): Content[] {
    const page: Content = { kind: 'page', number, label: null }
    const root = readXml(this.#archive, part)
    if (part === undefined || !root || root.attributes.get('show') === '0') return [page]
    const links = relationshipsOf(this.#archive, part)
    const shapes = this.#shapesIn(elementAt(root, 'p:cSld', 'p:spTree'), links)
    return [
      page,
      ...shapes.filter(isTitle),
      ...shapes.filter((content) => !isTitle(content)),
      ...this.#notes(links),
    ]
  }

  #notes(links: readonly Relationship[]): Content[] {
    const link = links.find(({ type }) => type === 'notesSlide')
    const tree = elementAt(readXml(this.#archive, link?.target), 'p:cSld', 'p:spTree')
    return elementsOf(tree, 'p:sp')
      .filter((shape) => placeholderOf(shape) === 'body')
      .flatMap((shape) => elementsOf(elementAt(shape, 'p:txBody'), 'a:p'))
      .map((paragraph): Content => ({ kind: 'note', text: this.#text(paragraph).text }))
  }

  #shapesIn(parent: XmlElement | undefined, links: readonly Relationship[]): Content[] {
    return elementsOf(parent).flatMap((element): Content[] => {
      if (isHidden(element)) return []
      switch (element.name) {
        case 'p:sp':
          return this.#shape(element)
        case 'p:grpSp':
          return this.#shapesIn(element, links)
        case 'p:graphicFrame':
          return this.#graphic(element, links)
        case 'mc:AlternateContent':
          return this.#shapesIn(
            elementAt(element, 'mc:Choice') ?? elementAt(element, 'mc:Fallback'),
            links,
          )
        default:
          return []
      }
    })
  }

  #shape(shape: XmlElement): Content[] {
    const placeholder = placeholderOf(shape)
    if (placeholder !== null && REPEATED.has(placeholder)) return []
    const paragraphs = elementsOf(elementAt(shape, 'p:txBody'), 'a:p')
    if (placeholder === 'title' || placeholder === 'ctrTitle') {
      const text = paragraphs.map((paragraph) => this.#text(paragraph).text).join(' ')
      return text.trim() === '' ? [] : [{ kind: 'heading', level: 1, text }]
    }
    // Bullets come from the master, for the placeholders of text: the file of the slide does not say that they are there.
    const isBody = placeholder === 'body' || placeholder === 'obj'
    const isOutline = isBody && paragraphs.length > 1
    return this.#paragraphs(paragraphs, isOutline)
  }

  #paragraphs(paragraphs: readonly XmlElement[], isOutline: boolean): Content[] {
    const counts: number[] = []
    return paragraphs.flatMap((paragraph): Content[] => {
      const { text } = this.#text(paragraph)
      if (text.trim() === '') return []
      const properties = elementAt(paragraph, 'a:pPr')
      const depth = Math.min(Number(properties?.attributes.get('lvl') ?? '0') || 0, 8)
      const numbered = elementAt(properties, 'a:buAutoNum')
      const hasBullet = elementAt(properties, 'a:buChar') ?? elementAt(properties, 'a:buBlip')
      const isItem = numbered || hasBullet || (isOutline && !elementAt(properties, 'a:buNone'))
      counts.length = Math.min(counts.length, depth + 1)
      if (!isItem) return [{ kind: 'paragraph', text }]
      if (!numbered) return [{ kind: 'item', depth, marker: '-', text }]
      const start = Number(numbered.attributes.get('startAt') ?? '1') || 1
      const count = (counts[depth] ?? start - 1) + 1
      counts[depth] = count
      return [{ kind: 'item', depth, marker: `${count}.`, text }]
    })
  }

  /** The text of a paragraph, and whether all of it is bold. */
  #text(paragraph: XmlElement): { text: string; isBold: boolean } {
    const line = new InlineText()
    const isBold = this.#inline(paragraph, line)
    return { text: line.take(), isBold }
  }

  /** Writes the runs of a paragraph; gives whether all are bold. */
  #inline(parent: XmlElement, line: InlineText): boolean {
    let isBold = true
    for (const element of elementsOf(parent)) {
      switch (element.name) {
        case 'a:r':
        case 'a:fld':
          isBold = this.#run(element, line) && isBold
          break
        case 'a:br':
          line.add('\n')
          break
        case 'mc:AlternateContent':
          isBold = this.#inline(elementAt(element, 'mc:Choice') ?? element, line) && isBold
          break
        case 'm:oMath':
          line.add(officeMath(element))
          break
        case 'm':
        case 'm:oMathPara':
          isBold = this.#inline(element, line) && isBold
          break
        default:
      }
    }
    return isBold
  }

  #run(run: XmlElement, line: InlineText): boolean {
    const properties = elementAt(run, 'a:rPr')
    const text = textOf(elementAt(run, 'a:t'))
    const baseline = Number(properties?.attributes.get('baseline') ?? '0') || 0
    line.add(text, baseline > 0 ? 'raised' : baseline < 0 ? 'lowered' : 'base')
    this.#languages.add(properties?.attributes.get('lang'), text)
    return text.trim() === '' || properties?.attributes.get('b') === '1'
  }

  #graphic(frame: XmlElement, links: readonly Relationship[]): Content[] {
    const data = elementAt(frame, 'a:graphic', 'a:graphicData')
    const table = elementAt(data, 'a:tbl')
    if (table) return [this.#table(table)]
    const diagram = elementAt(data, 'dgm:relIds')?.attributes.get('r:dm')
    const points = descendants(readXml(this.#archive, targetOf(links, diagram)), 'dgm:pt')
    return points.flatMap((point) =>
      this.#paragraphs(elementsOf(elementAt(point, 'dgm:t'), 'a:p'), false),
    )
  }

  #table(table: XmlElement): TableContent {
    const hasHeader = elementAt(table, 'a:tblPr')?.attributes.get('firstRow') === '1'
    const rows = elementsOf(table, 'a:tr').map((row, i) => ({
      isHeader: hasHeader && i === 0,
      cells: elementsOf(row, 'a:tc')
        .filter(
          ({ attributes }) => !isOn(attributes.get('hMerge')) && !isOn(attributes.get('vMerge')),
        )
        .map((cell) => this.#cell(cell)),
    }))
    return { kind: 'table', rows, isLayout: false }
  }

  #cell(cell: XmlElement): TableCell {
    const paragraphs = elementsOf(elementAt(cell, 'a:txBody'), 'a:p')
    const span = (name: string) => Math.max(1, Number(cell.attributes.get(name) ?? '1') || 1)
    return {
      contents: this.#paragraphs(paragraphs, false),
      isHeader: false,
      isBold: paragraphs.every((paragraph) => this.#text(paragraph).isBold),
      columns: span('gridSpan'),
      rows: span('rowSpan'),
    }
  }
}

function isTitle({ kind }: Content): boolean {
  return kind === 'heading'
}

function isOn(value: string | undefined): boolean {
  return value === '1' || value === 'true'
}

function targetOf(links: readonly Relationship[], id: string | undefined): string | undefined {
  return links.find((link) => link.id === id)?.target
}

/** What a shape is a placeholder for: "obj" where it does not say; null where it is none. */
function placeholderOf(shape: XmlElement): string | null {
  const placeholder = elementAt(shape, 'p:nvSpPr', 'p:nvPr', 'p:ph')
  return placeholder ? (placeholder.attributes.get('type') ?? 'obj') : null
}

function isHidden(element: XmlElement): boolean {
  return elementsOf(element).some((properties) =>
    isOn(elementAt(properties, 'p:cNvPr')?.attributes.get('hidden')),
  )
}
