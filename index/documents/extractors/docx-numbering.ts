import { numberAs } from './counting.ts'
import { numberAt } from './docx-styles.ts'
import { elementAt, elementsOf, type XmlElement } from './xml.ts'

interface Level {
  readonly start: number
  readonly format: string
  /** Such as "%1.%2". */
  readonly text: string
}

interface List {
  readonly abstractId: string
  readonly levels: ReadonlyMap<number, Level>
  /** Where this list begins anew. */
  readonly starts: ReadonlyMap<number, number>
}

/** How `numberAs` names the formats that Word numbers by; all others are in figures. */
const STYLES: ReadonlyMap<string, string> = new Map([
  ['lowerLetter', 'a'],
  ['upperLetter', 'A'],
  ['lowerRoman', 'i'],
  ['upperRoman', 'I'],
])

/** Counts the lists of a Word document: the file says only how they are numbered. */
export class Numbering {
  readonly #lists = new Map<string, List>()
  /** How far each numbering is, by level. Lists with one abstract numbering count on from each other. */
  readonly #counts = new Map<string, number[]>()
  readonly #begun = new Set<string>()

  constructor(root: XmlElement | undefined) {
    const abstract = new Map<string, XmlElement>()
    for (const element of elementsOf(root, 'w:abstractNum')) {
      abstract.set(element.attributes.get('w:abstractNumId') ?? '', element)
    }
    for (const element of elementsOf(root, 'w:num')) {
      const abstractId = elementAt(element, 'w:abstractNumId')?.attributes.get('w:val') ?? ''
      const levels = new Map(levelsOf(abstract.get(abstractId)))
      const starts = new Map<number, number>()
      for (const override of elementsOf(element, 'w:lvlOverride')) {
        for (const [at, level] of levelsOf(override)) levels.set(at, level)
        const start = numberAt(override, 'w:startOverride')
        if (start !== null) starts.set(Number(override.attributes.get('w:ilvl')), start)
      }
      this.#lists.set(element.attributes.get('w:numId') ?? '', { abstractId, levels, starts })
    }
  }

  /** What stands before the next item of a list: "-" for a bullet, "2.1" or "b)" for a number; null where it is in no list. */
  next(id: string, level: number): string | null {
    const list = this.#lists.get(id)
    const own = list?.levels.get(level)
    if (!list || !own) return null
    const count = this.#count(id, list, level)
    if (own.format === 'bullet') return '-'
    if (own.format === 'none') return ''
    return own.text.replace(/%([1-9])/g, (_, digit: string) => {
      const at = Number(digit) - 1
      const format = list.levels.get(at)?.format ?? 'decimal'
      return numberAs(count[at] ?? 1, STYLES.get(format) ?? '1')
    })
  }

  #count(id: string, list: List, level: number): number[] {
    const count = this.#counts.get(list.abstractId) ?? []
    this.#counts.set(list.abstractId, count)
    if (!this.#begun.has(id)) {
      this.#begun.add(id)
      for (const [at, start] of list.starts) count[at] = start - 1
    }
    for (let above = 0; above < level; above += 1) {
      count[above] ??= list.levels.get(above)?.start ?? 1
    }
    count[level] = (count[level] ?? (list.levels.get(level)?.start ?? 1) - 1) + 1
    count.length = level + 1
    return count
  }
}

function levelsOf(parent: XmlElement | undefined): [number, Level][] {
  return elementsOf(parent, 'w:lvl').map((level) => [
    Number(level.attributes.get('w:ilvl')),
    {
      start: numberAt(level, 'w:start') ?? 0,
      format: elementAt(level, 'w:numFmt')?.attributes.get('w:val') ?? 'decimal',
      text: elementAt(level, 'w:lvlText')?.attributes.get('w:val') ?? '',
    },
  ])
}
