import { numberAs } from './counting.ts'
import type { Position } from './inline-text.ts'
import { elementAt, elementsOf, type XmlElement } from './xml.ts'

/** What matters of a style, with what it inherits. */
export interface OdtStyle {
  /** Its name and those of the styles that it is based on. */
  readonly names: readonly string[]
  readonly isHidden: boolean
  readonly isBold: boolean
  readonly position: Position
  readonly language: string | null
}

const NO_STYLE: OdtStyle = {
  names: [],
  isHidden: false,
  isBold: false,
  position: 'base',
  language: null,
}

/** The longest chain of styles based on each other; it may be a circle. */
const MAX_CHAIN = 20

/** The styles of an OpenDocument text, from all places where it keeps them. */
export class OdtStyles {
  readonly #elements = new Map<string, XmlElement>()
  readonly #styles = new Map<string, OdtStyle>()
  readonly #lists = new Map<string, XmlElement>()
  readonly #outline: XmlElement | undefined
  /** The language where nothing else is said. */
  readonly language: string | null

  constructor(roots: readonly (XmlElement | undefined)[]) {
    const places = roots.flatMap((root) => [
      ...elementsOf(root, 'office:styles'),
      ...elementsOf(root, 'office:automatic-styles'),
    ])
    for (const element of places.flatMap((place) => elementsOf(place))) {
      const name = element.attributes.get('style:name') ?? ''
      if (element.name === 'text:list-style') this.#lists.set(name, element)
      if (element.name !== 'style:style') continue
      this.#elements.set(keyOf(element.attributes.get('style:family') ?? '', name), element)
    }
    const defaults = places
      .flatMap((place) => elementsOf(place, 'style:default-style'))
      .find((style) => style.attributes.get('style:family') === 'paragraph')
    this.language = languageOf(elementAt(defaults, 'style:text-properties'))
    this.#outline = places.flatMap((place) => elementsOf(place, 'text:outline-style'))[0]
  }

  /** The style of a name in a family such as "paragraph" or "text". */
  style(family: string, name: string | undefined, depth = 0): OdtStyle {
    const key = keyOf(family, name ?? '')
    const known = this.#styles.get(key)
    if (known) return known
    const element = this.#elements.get(key)
    if (!element || name === undefined || depth > MAX_CHAIN) return NO_STYLE
    const parent = element.attributes.get('style:parent-style-name')
    const base = parent === undefined ? NO_STYLE : this.style(family, parent, depth + 1)
    const style = withOwn(base, name, elementAt(element, 'style:text-properties'))
    this.#styles.set(key, style)
    return style
  }

  /** The level of a list style, from 1; undefined where there is none. */
  listLevel(name: string | undefined, level: number): XmlElement | undefined {
    return levelIn(this.#lists.get(name ?? ''), level)
  }

  /** How the headings of a level are numbered, from 1. */
  outlineLevel(level: number): XmlElement | undefined {
    return levelIn(this.#outline, level)
  }
}

function keyOf(family: string, name: string): string {
  return `${family} ${name}`
}

function levelIn(style: XmlElement | undefined, level: number): XmlElement | undefined {
  return elementsOf(style).find(({ attributes }) => attributes.get('text:level') === String(level))
}

function withOwn(base: OdtStyle, name: string, properties: XmlElement | undefined): OdtStyle {
  const value = (attribute: string) => properties?.attributes.get(attribute)
  const display = value('text:display')
  const weight = value('fo:font-weight')
  const position = value('style:text-position')
  return {
    names: [name, ...base.names],
    isHidden: display === undefined ? base.isHidden : display === 'none',
    isBold: weight === undefined ? base.isBold : weight === 'bold' || Number(weight) >= 600,
    position: position === undefined ? base.position : positionOf(position),
    language: languageOf(properties) ?? base.language,
  }
}

/** From "super 58%", "sub 58%", or the height in percent, such as "33% 58%". */
function positionOf(value: string): Position {
  if (value.startsWith('super')) return 'raised'
  if (value.startsWith('sub')) return 'lowered'
  const height = Number.parseFloat(value)
  if (height > 0) return 'raised'
  return height < 0 ? 'lowered' : 'base'
}

function languageOf(properties: XmlElement | undefined): string | null {
  const language = properties?.attributes.get('fo:language')
  const country = properties?.attributes.get('fo:country')
  if (!language || language === 'none') return null
  return country && country !== 'none' ? `${language}-${country}` : language
}

/** Counts the items of one list, or the headings of a document. */
export class OdtCounter {
  readonly #counts: number[] = []

  /** What stands before the next item of a level, from 1: "-" for a bullet, "2.1" or "b)" for a number, "" for nothing. */
  next(
    level: number,
    styleOf: (level: number) => XmlElement | undefined,
    start: number | null,
  ): string {
    const style = styleOf(level)
    const first = Number(style?.attributes.get('text:start-value') ?? '1')
    this.#counts[level] = start ?? (this.#counts[level] ?? first - 1) + 1
    this.#counts.length = level + 1
    if (!style || style.name.endsWith('-bullet') || style.name.endsWith('-image')) return '-'
    const shown = Math.min(Number(style.attributes.get('text:display-levels') ?? '1'), level)
    const numbers = Array.from({ length: shown }, (_, i) => {
      const at = level - shown + 1 + i
      const format = styleOf(at)?.attributes.get('style:num-format') ?? ''
      return format === '' ? '' : numberAs(this.#counts[at] ?? 1, format)
    })
    const number = numbers.filter((part) => part !== '').join('.')
    if (number === '') return ''
    const affix = (name: string) => style.attributes.get(`style:num-${name}`)?.trim() ?? ''
    return affix('prefix') + number + affix('suffix')
  }
}
