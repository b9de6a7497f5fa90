import { detailsOf, joinedNames } from './details.ts'
import type { ExtractedDetails } from './extractor.ts'
import { elementAt, elementsOf, parseXml, textOf, type XmlElement } from './xml.ts'
import { entryAt, type ZipArchive } from './zip.ts'

/** A link from one part of a package of Word or PowerPoint to another. */
export interface Relationship {
  readonly id: string
  /** The last word of its type, such as "footnotes". */
  readonly type: string
  /** The name of the entry that it leads to. */
  readonly target: string
}

/** The parsed entry of an archive; undefined where there is none. */
export function readXml(archive: ZipArchive, name: string | undefined): XmlElement | undefined {
  const bytes = name === undefined ? null : archive.read(name)
  return bytes === null ? undefined : parseXml(bytes)
}

/** The links of a part, or of the package itself for "". Those that lead out of the package are left out. */
export function relationshipsOf(archive: ZipArchive, part: string): Relationship[] {
  const slash = part.lastIndexOf('/') + 1
  const entry = `${part.slice(0, slash)}_rels/${part.slice(slash)}.rels`
  return elementsOf(readXml(archive, entry), 'rel:Relationship').flatMap(({ attributes }) => {
    if (attributes.get('TargetMode') === 'External') return []
    const type = attributes.get('Type') ?? ''
    return {
      id: attributes.get('Id') ?? '',
      type: type.slice(type.lastIndexOf('/') + 1),
      target: entryAt(part, attributes.get('Target') ?? ''),
    }
  })
}

/** The name of the package's main part. Throws an `Error` whose message completes "FILE …" where there is none. */
export function mainPart(archive: ZipArchive): string {
  const main = relationshipsOf(archive, '').find(({ type }) => type === 'officeDocument')
  if (main && archive.has(main.target)) return main.target
  throw new Error('is damaged: its main part is missing; save it again')
}

/** What a package says about itself. `textLanguage` is that of its text, if it names none. */
export function packageDetails(archive: ZipArchive, textLanguage: string | null): ExtractedDetails {
  const link = relationshipsOf(archive, '').find(({ type }) => type === 'core-properties')
  const core = readXml(archive, link?.target)
  const value = (name: string) => textOf(elementAt(core, name))
  return detailsOf({
    title: value('dc:title'),
    author: joinedNames(value('dc:creator').split(';')),
    date: value('dcterms:modified') || value('dcterms:created'),
    language: value('dc:language') || textLanguage,
  })
}

/** Counts how much text is in each language, and says which has most. */
export class LanguageCount {
  readonly #characters = new Map<string, number>()

  add(language: string | null | undefined, text: string): void {
    if (!language) return
    this.#characters.set(language, (this.#characters.get(language) ?? 0) + text.length)
  }

  get most(): string | null {
    const [first] = [...this.#characters].toSorted(([, a], [, b]) => b - a)
    return first?.[0] ?? null
  }
}
