import { elementAt, elementsOf, type XmlElement } from './xml.ts'

/** What matters of a paragraph or character style, with what it inherits. */
export interface Style {
  /** Its built-in name in English, in lower case, in whatever language Word runs. */
  readonly names: readonly string[]
  readonly outlineLevel: number | null
  readonly numbering: { readonly id: string; readonly level: number } | null
  readonly isHidden: boolean
  readonly isBold: boolean
  readonly position: string | null
  readonly language: string | null
}

const NO_STYLE: Style = {
  names: [],
  outlineLevel: null,
  numbering: null,
  isHidden: false,
  isBold: false,
  position: null,
  language: null,
}

/** The longest chain of styles based on each other; it may be a circle. */
const MAX_CHAIN = 20

/** Word has nine levels of a list, from 0. */
const MAX_LEVEL = 8

/** The styles of a Word document. */
export class Styles {
  readonly #elements = new Map<string, XmlElement>()
  readonly #styles = new Map<string, Style>()
  readonly #defaults: Style
  readonly #defaultParagraph: string | undefined

  constructor(root: XmlElement | undefined) {
    for (const style of elementsOf(root, 'w:style')) {
      const id = style.attributes.get('w:styleId') ?? ''
      this.#elements.set(id, style)
      const isDefault = isOn(style.attributes.get('w:default') ?? '0')
      if (isDefault && style.attributes.get('w:type') === 'paragraph') this.#defaultParagraph = id
    }
    const defaults = elementAt(root, 'w:docDefaults', 'w:rPrDefault')
    this.#defaults = defaults ? withOwn(NO_STYLE, defaults) : NO_STYLE
  }

  /** The style of an id; that of ordinary paragraphs where there is no id. */
  paragraph(id: string | undefined): Style {
    return this.#style(id ?? this.#defaultParagraph ?? '', 0)
  }

  character(id: string | undefined): Style {
    return id === undefined ? NO_STYLE : this.#style(id, 0)
  }

  /** Whether tables of a style have a first row in bold. */
  hasBoldFirstRow(id: string | undefined, depth = 0): boolean {
    const element = this.#elements.get(id ?? '')
    if (!element || depth > MAX_CHAIN) return false
    const firstRow = elementsOf(element, 'w:tblStylePr').find(
      ({ attributes }) => attributes.get('w:type') === 'firstRow',
    )
    const isBold = toggle(elementAt(firstRow, 'w:rPr'), 'w:b')
    const base = elementAt(element, 'w:basedOn')?.attributes.get('w:val')
    return isBold ?? this.hasBoldFirstRow(base, depth + 1)
  }

  #style(id: string, depth: number): Style {
    const known = this.#styles.get(id)
    if (known) return known
    const element = this.#elements.get(id)
    if (!element || depth > MAX_CHAIN) return this.#defaults
    const base = elementAt(element, 'w:basedOn')?.attributes.get('w:val')
    const isCharacter = element.attributes.get('w:type') === 'character'
    const root = isCharacter ? NO_STYLE : this.#defaults
    const style = withOwn(base === undefined ? root : this.#style(base, depth + 1), element)
    this.#styles.set(id, style)
    return style
  }
}

function withOwn(base: Style, element: XmlElement): Style {
  const name = elementAt(element, 'w:name')?.attributes.get('w:val')?.toLowerCase()
  const paragraph = elementAt(element, 'w:pPr')
  const run = elementAt(element, 'w:rPr')
  const level = numberAt(paragraph, 'w:outlineLvl')
  return {
    names: name === undefined ? base.names : [name, ...base.names],
    outlineLevel: level ?? base.outlineLevel,
    numbering: numberingOf(paragraph) ?? base.numbering,
    isHidden: toggle(run, 'w:vanish') ?? base.isHidden,
    isBold: toggle(run, 'w:b') ?? base.isBold,
    position: elementAt(run, 'w:vertAlign')?.attributes.get('w:val') ?? base.position,
    language: elementAt(run, 'w:lang')?.attributes.get('w:val') ?? base.language,
  }
}

/** The list that the properties of a paragraph or style name; null where they name none. */
export function numberingOf(properties: XmlElement | undefined): Style['numbering'] {
  const numbering = elementAt(properties, 'w:numPr')
  const id = elementAt(numbering, 'w:numId')?.attributes.get('w:val')
  return id === undefined
    ? null
    : { id, level: Math.min(numberAt(numbering, 'w:ilvl') ?? 0, MAX_LEVEL) }
}

/** A property that is on or off, such as bold; null where it is not there. */
export function toggle(properties: XmlElement | undefined, name: string): boolean | null {
  const element = elementAt(properties, name)
  return element ? isOn(element.attributes.get('w:val') ?? 'true') : null
}

/** The whole number in a child element; null where there is none. */
export function numberAt(parent: XmlElement | undefined, name: string): number | null {
  const value = Number(elementAt(parent, name)?.attributes.get('w:val') ?? 'none')
  return Number.isInteger(value) && value >= 0 ? value : null
}

function isOn(value: string): boolean {
  return !['0', 'false', 'off', 'none'].includes(value)
}
