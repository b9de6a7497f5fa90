import { strToU8, zipSync } from 'fflate'

/** A zip archive of texts and bytes. */
export function zipOf(entries: Readonly<Record<string, string | Uint8Array>>): Buffer {
  const files = Object.entries(entries).map(([name, content]) => [
    name,
    typeof content === 'string' ? strToU8(content) : content,
  ])
  return Buffer.from(zipSync(Object.fromEntries(files)))
}

const OFFICE = 'http://schemas.openxmlformats.org'
const RELATIONSHIPS = `${OFFICE}/officeDocument/2006/relationships`

/** Links of a part: the id and what it leads to, by type. */
export function linksOf(links: Readonly<Record<string, string>>): string {
  const elements = Object.entries(links).map(
    ([type, target]) =>
      `<Relationship Id="${type}" Type="${RELATIONSHIPS}/${type.replace(/\d+$/, '')}" Target="${target}"/>`,
  )
  return `<Relationships xmlns="${OFFICE}/package/2006/relationships">${elements.join('')}</Relationships>`
}

const W = [
  `xmlns:w="${OFFICE}/wordprocessingml/2006/main"`,
  `xmlns:m="${OFFICE}/officeDocument/2006/math"`,
  `xmlns:mc="${OFFICE}/markup-compatibility/2006"`,
  'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"',
].join(' ')

export interface DocxParts {
  /** What is inside `w:styles`, and so on. */
  readonly styles?: string
  readonly numbering?: string
  readonly footnotes?: string
  readonly endnotes?: string
  /** What is inside the core properties. */
  readonly core?: string
  readonly header?: string
}

/** A Word file with what is inside its `w:body`. */
export function docxOf(body: string, parts: DocxParts = {}): Buffer {
  const { core, header, ...others } = parts
  const links: Record<string, string> = {}
  const entries: Record<string, string> = {
    '[Content_Types].xml': `<Types xmlns="${OFFICE}/package/2006/content-types"/>`,
    '_rels/.rels': linksOf({ officeDocument: 'word/document.xml' }),
    'word/document.xml': `<w:document ${W}><w:body>${body}</w:body></w:document>`,
  }
  for (const [name, content] of Object.entries(others)) {
    links[name] = `${name}.xml`
    entries[`word/${name}.xml`] = `<w:${name} ${W}>${content}</w:${name}>`
  }
  if (header !== undefined) {
    links['header'] = 'header1.xml'
    entries['word/header1.xml'] = `<w:hdr ${W}>${header}</w:hdr>`
  }
  entries['word/_rels/document.xml.rels'] = linksOf(links)
  return zipOf(core === undefined ? entries : withCore(entries, core, 'word/document.xml'))
}

function withCore(
  entries: Record<string, string>,
  core: string,
  main: string,
): Record<string, string> {
  const type = `${OFFICE}/package/2006/relationships/metadata/core-properties`
  return {
    ...entries,
    '_rels/.rels': linksOf({ officeDocument: main }).replace(
      '</Relationships>',
      `<Relationship Id="c" Type="${type}" Target="docProps/core.xml"/></Relationships>`,
    ),
    'docProps/core.xml': `<cp:coreProperties xmlns:cp="${OFFICE}/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/">${core}</cp:coreProperties>`,
  }
}

/** A paragraph of Word with one run. */
export function wordParagraph(text: string, properties = '', runProperties = ''): string {
  return `<w:p><w:pPr>${properties}</w:pPr>${wordRun(text, runProperties)}</w:p>`
}

export function wordRun(text: string, properties = ''): string {
  return `<w:r><w:rPr>${properties}</w:rPr><w:t xml:space="preserve">${text}</w:t></w:r>`
}

/** A table of Word; each row is a list of what is inside its cells. */
export function wordTable(
  rows: readonly (readonly string[])[],
  rowProperties: readonly string[] = [],
): string {
  const lines = rows.map((cells, i) => {
    const written = cells.map((cell) => `<w:tc>${cell}</w:tc>`).join('')
    return `<w:tr><w:trPr>${rowProperties[i] ?? ''}</w:trPr>${written}</w:tr>`
  })
  return `<w:tbl>${lines.join('')}</w:tbl>`
}

const OASIS = 'urn:oasis:names:tc:opendocument:xmlns'
const ODF = [
  `xmlns:office="${OASIS}:office:1.0"`,
  `xmlns:text="${OASIS}:text:1.0"`,
  `xmlns:table="${OASIS}:table:1.0"`,
  `xmlns:style="${OASIS}:style:1.0"`,
  `xmlns:draw="${OASIS}:drawing:1.0"`,
  `xmlns:meta="${OASIS}:meta:1.0"`,
  `xmlns:fo="${OASIS}:xsl-fo-compatible:1.0"`,
  `xmlns:svg="${OASIS}:svg-compatible:1.0"`,
  'xmlns:dc="http://purl.org/dc/elements/1.1/"',
  'xmlns:xlink="http://www.w3.org/1999/xlink"',
].join(' ')

export interface OdtParts {
  /** What is inside the automatic styles of the text. */
  readonly automatic?: string
  /** What is inside the named styles. */
  readonly styles?: string
  readonly meta?: string
  readonly others?: Readonly<Record<string, string>>
}

/** An OpenDocument text with what is inside its `office:text`. */
export function odtOf(
  text: string,
  { automatic = '', styles = '', meta = '', others = {} }: OdtParts = {},
): Buffer {
  return zipOf({
    mimetype: 'application/vnd.oasis.opendocument.text',
    'content.xml': `<office:document-content ${ODF}><office:automatic-styles>${automatic}</office:automatic-styles><office:body><office:text>${text}</office:text></office:body></office:document-content>`,
    'styles.xml': `<office:document-styles ${ODF}><office:styles>${styles}</office:styles></office:document-styles>`,
    'meta.xml': `<office:document-meta ${ODF}><office:meta>${meta}</office:meta></office:document-meta>`,
    ...others,
  })
}

const P = [
  `xmlns:p="${OFFICE}/presentationml/2006/main"`,
  `xmlns:a="${OFFICE}/drawingml/2006/main"`,
  `xmlns:r="${RELATIONSHIPS}"`,
].join(' ')

export interface Slide {
  /** What is inside its `p:spTree`. */
  readonly shapes: string
  readonly notes?: string
  readonly isHidden?: boolean
}

/** A presentation. */
export function pptxOf(slides: readonly Slide[], core?: string): Buffer {
  const ids = slides.map((_, i) => `<p:sldId id="${256 + i}" r:id="slide${i + 1}"/>`).join('')
  const entries: Record<string, string> = {
    '[Content_Types].xml': `<Types xmlns="${OFFICE}/package/2006/content-types"/>`,
    '_rels/.rels': linksOf({ officeDocument: 'ppt/presentation.xml' }),
    'ppt/presentation.xml': `<p:presentation ${P}><p:sldIdLst>${ids}</p:sldIdLst></p:presentation>`,
    'ppt/_rels/presentation.xml.rels': linksOf(
      Object.fromEntries(slides.map((_, i) => [`slide${i + 1}`, `slides/slide${i + 1}.xml`])),
    ),
  }
  for (const [i, { shapes, notes, isHidden = false }] of slides.entries()) {
    const show = isHidden ? ' show="0"' : ''
    entries[`ppt/slides/slide${i + 1}.xml`] =
      `<p:sld ${P}${show}><p:cSld><p:spTree>${shapes}</p:spTree></p:cSld></p:sld>`
    if (notes === undefined) continue
    entries[`ppt/slides/_rels/slide${i + 1}.xml.rels`] = linksOf({
      notesSlide: `../notesSlides/notesSlide${i + 1}.xml`,
    })
    entries[`ppt/notesSlides/notesSlide${i + 1}.xml`] =
      `<p:notes ${P}><p:cSld><p:spTree>${shapeOf([notes], 'body')}${shapeOf(['7'], 'sldNum')}</p:spTree></p:cSld></p:notes>`
  }
  return zipOf(core === undefined ? entries : withCore(entries, core, 'ppt/presentation.xml'))
}

/** A shape with paragraphs: a placeholder where a type is given. */
export function shapeOf(paragraphs: readonly string[], placeholder?: string): string {
  const type = placeholder === undefined ? '' : `<p:ph type="${placeholder}"/>`
  const texts = paragraphs.map(
    (text) => `<a:p><a:r><a:rPr lang="en-GB"/><a:t>${text}</a:t></a:r></a:p>`,
  )
  return `<p:sp><p:nvSpPr><p:cNvPr id="1" name=""/><p:nvPr>${type}</p:nvPr></p:nvSpPr><p:txBody>${texts.join('')}</p:txBody></p:sp>`
}

/** An e-book: chapters in order, each what is inside its `body`. */
export function epubOf(
  chapters: readonly string[],
  metadata = '',
  others: Readonly<Record<string, string>> = {},
): Buffer {
  const items = chapters.map(
    (_, i) =>
      `<item id="c${i}" href="text/chapter%20${i}.xhtml" media-type="application/xhtml+xml"/>`,
  )
  const order = chapters.map((_, i) => `<itemref idref="c${i}"/>`)
  const entries: Record<string, string> = {
    mimetype: 'application/epub+zip',
    'META-INF/container.xml':
      '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="book/content.opf"/></rootfiles></container>',
    'book/content.opf': `<package xmlns="http://www.idpf.org/2007/opf" xmlns:opf="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/" version="3.0"><metadata>${metadata}</metadata><manifest>${items.join('')}<item id="n" href="nav.xhtml" properties="nav" media-type="application/xhtml+xml"/></manifest><spine><itemref idref="n"/>${order.join('')}</spine></package>`,
    'book/nav.xhtml': '<html><body><nav><h1>Contents</h1><ol><li>One</li></ol></nav></body></html>',
  }
  for (const [i, body] of chapters.entries()) {
    entries[`book/text/chapter ${i}.xhtml`] =
      `<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"><head><title/></head><body>${body}</body></html>`
  }
  return zipOf({ ...entries, ...others })
}
