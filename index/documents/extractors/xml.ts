import { SaxesParser } from 'saxes'
import { decodeXml } from './encoding.ts'

/** How deeply elements may be nested. Documents that people make reach 50; the walks through them recurse. */
const MAX_DEPTH = 500

/** An element of XML. */
export interface XmlElement {
  /** With the usual prefix of its namespace, whatever prefix the file has: "w:p". Without one where the namespace is unknown. */
  readonly name: string
  /** By names in the same form. */
  readonly attributes: ReadonlyMap<string, string>
  readonly children: readonly XmlNode[]
}

export type XmlNode = XmlElement | string

const OFFICE = 'http://schemas.openxmlformats.org'
const STRICT = 'http://purl.oclc.org/ooxml'
const OASIS = 'urn:oasis:names:tc:opendocument:xmlns'

const PREFIXES: ReadonlyMap<string, string> = new Map([
  ['http://www.w3.org/XML/1998/namespace', 'xml'],
  ...ooxml('wordprocessingml/2006/main', 'wordprocessingml/main', 'w'),
  ...ooxml('drawingml/2006/main', 'drawingml/main', 'a'),
  ...ooxml('drawingml/2006/diagram', 'drawingml/diagram', 'dgm'),
  ...ooxml('presentationml/2006/main', 'presentationml/main', 'p'),
  ...ooxml('officeDocument/2006/relationships', 'officeDocument/relationships', 'r'),
  ...ooxml('officeDocument/2006/math', 'officeDocument/math', 'm'),
  [`${OFFICE}/package/2006/relationships`, 'rel'],
  [`${OFFICE}/package/2006/metadata/core-properties`, 'cp'],
  [`${OFFICE}/markup-compatibility/2006`, 'mc'],
  ['http://purl.org/dc/elements/1.1/', 'dc'],
  ['http://purl.org/dc/terms/', 'dcterms'],
  [`${OASIS}:office:1.0`, 'office'],
  [`${OASIS}:text:1.0`, 'text'],
  [`${OASIS}:table:1.0`, 'table'],
  [`${OASIS}:style:1.0`, 'style'],
  [`${OASIS}:drawing:1.0`, 'draw'],
  [`${OASIS}:meta:1.0`, 'meta'],
  [`${OASIS}:manifest:1.0`, 'manifest'],
  [`${OASIS}:xsl-fo-compatible:1.0`, 'fo'],
  ['http://www.w3.org/1999/xlink', 'xlink'],
  ['http://www.w3.org/1998/Math/MathML', 'math'],
  ['http://www.idpf.org/2007/opf', 'opf'],
  ['urn:oasis:names:tc:opendocument:xmlns:container', 'container'],
  ['http://www.w3.org/2001/04/xmlenc#', 'enc'],
])

function ooxml(name: string, strictName: string, prefix: string): [string, string][] {
  return [
    [`${OFFICE}/${name}`, prefix],
    [`${STRICT}/${strictName}`, prefix],
  ]
}

/**
 * Parses XML into a tree. Throws an `Error` whose message completes "FILE …" where it is not well-formed, has a document type,
 * which could define entities, or is nested more than 500 deep.
 */
export function parseXml(bytes: Uint8Array): XmlElement {
  const parser = new SaxesParser({ xmlns: true, position: false })
  const root: XmlNode[] = []
  const open: XmlNode[][] = [root]
  parser.on('error', (error) => {
    throw new Error('is damaged: it has XML that is not well-formed; save it again', {
      cause: error,
    })
  })
  parser.on('doctype', () => {
    throw new Error('has XML with a document type, which is not read; save it again')
  })
  parser.on('opentag', (tag) => {
    if (open.length > MAX_DEPTH) {
      throw new Error(`is nested more than ${MAX_DEPTH} deep; make it flatter`)
    }
    const attributes = new Map<string, string>()
    for (const { uri, local, value } of Object.values(tag.attributes)) {
      attributes.set(named(uri, local), value)
    }
    const children: XmlNode[] = []
    open.at(-1)?.push({ name: named(tag.uri, tag.local), attributes, children })
    open.push(children)
  })
  parser.on('closetag', () => open.pop())
  parser.on('text', (text) => open.at(-1)?.push(text))
  parser.on('cdata', (text) => open.at(-1)?.push(text))
  const xml = decodeXml(bytes)
  if (xml === null) throw new Error('is damaged: it has XML that is not UTF-8; save it again')
  parser.write(xml).close()
  const element = root.find((node) => typeof node !== 'string')
  if (!element) throw new Error('is damaged: it has XML without elements; save it again')
  return element
}

function named(uri: string, local: string): string {
  const prefix = PREFIXES.get(uri)
  return prefix === undefined ? local : `${prefix}:${local}`
}

/** The child elements, of a name where one is given. */
export function elementsOf(parent: XmlElement | undefined, name?: string): XmlElement[] {
  const elements: XmlElement[] = []
  for (const child of parent?.children ?? []) {
    if (typeof child !== 'string' && (name === undefined || child.name === name)) {
      elements.push(child)
    }
  }
  return elements
}

/** The first element at the end of a path of child elements. */
export function elementAt(
  parent: XmlElement | undefined,
  ...names: readonly string[]
): XmlElement | undefined {
  let element = parent
  for (const name of names) element = elementsOf(element, name)[0]
  return element
}

/** All elements of a name, at any depth, in order; none inside another. */
export function descendants(parent: XmlElement | undefined, name: string): XmlElement[] {
  return elementsOf(parent).flatMap((child) =>
    child.name === name ? [child] : descendants(child, name),
  )
}

/** All text in an element. */
export function textOf(element: XmlElement | undefined): string {
  let text = ''
  for (const child of element?.children ?? []) {
    text += typeof child === 'string' ? child : textOf(child)
  }
  return text
}
