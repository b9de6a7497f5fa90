import type { Content } from './content.ts'
import { detailsOf, joinedNames } from './details.ts'
import type { ExtractedDetails, Extractor } from './extractor.ts'
import { parseHtml } from './html.ts'
import { readHtml } from './html-reader.ts'
import { findAll } from './html-tree.ts'
import { layOut } from './lay-out.ts'
import { readXml } from './office-package.ts'
import { descendants, elementAt, elementsOf, textOf, type XmlElement } from './xml.ts'
import { entryAt, MAX_FILE_BYTES, ZipArchive } from './zip.ts'

/** E-books in EPUB, of any version. Its pages are those of the printed book, where the file marks them. */
export const epubExtractor: Extractor = {
  format: 'epub',
  version: 1,
  extensions: ['.epub'],
  maxBytes: MAX_FILE_BYTES,
  extract: async (bytes) => {
    const archive = new ZipArchive(bytes)
    const container = readXml(archive, 'META-INF/container.xml')
    const path = descendants(container, 'container:rootfile')[0]?.attributes.get('full-path')
    const book = readXml(archive, path)
    if (path === undefined || !book) {
      throw new Error('is damaged: its package is missing; save it again')
    }
    const chapters = chaptersOf(book, path)
    refuseEncrypted(archive, chapters)
    const labels = new Map<number, string>()
    const contents = chapters.flatMap((chapter) => readChapter(archive, chapter, labels))
    return { ...layOut(contents, labels), details: bookDetails(book) }
  },
}

/** The entries with the text, in the order of reading, without the table of contents. */
function chaptersOf(book: XmlElement, path: string): string[] {
  const items = new Map(
    elementsOf(elementAt(book, 'opf:manifest'), 'opf:item').map(({ attributes }) => [
      attributes.get('id'),
      attributes,
    ]),
  )
  return elementsOf(elementAt(book, 'opf:spine'), 'opf:itemref').flatMap(({ attributes }) => {
    const item = items.get(attributes.get('idref'))
    const isContents = item?.get('properties')?.split(/\s+/).includes('nav')
    const isText = /html/i.test(item?.get('media-type') ?? '')
    if (!item || isContents || !isText) return []
    return entryAt(path, decoded(item.get('href') ?? ''))
  })
}

function decoded(link: string): string {
  try {
    return decodeURIComponent(link)
  } catch {
    return link
  }
}

/** Fonts may be scrambled; text that is can only be read by the shop's own reader. */
function refuseEncrypted(archive: ZipArchive, chapters: readonly string[]): void {
  const encrypted = descendants(readXml(archive, 'META-INF/encryption.xml'), 'enc:CipherReference')
  const names = new Set(encrypted.map(({ attributes }) => decoded(attributes.get('URI') ?? '')))
  if (chapters.some((chapter) => names.has(chapter))) {
    throw new Error('is protected against copying, so that its text cannot be read')
  }
}

function readChapter(archive: ZipArchive, name: string, labels: Map<number, string>): Content[] {
  const bytes = archive.read(name)
  if (!bytes) throw new Error(`is damaged: its chapter ${name} is missing; save it again`)
  const [body] = findAll(parseHtml(bytes), ({ tagName }) => tagName === 'body')
  if (!body) return []
  const beginPage = (label: string) => {
    const page = labels.size + 1
    labels.set(page, label)
    return page
  }
  return readHtml(body, { isWebPage: false, beginPage })
}

function bookDetails(book: XmlElement): ExtractedDetails {
  const metadata = elementAt(book, 'opf:metadata')
  // Books of EPUB 2 may have these one level deeper.
  const named = (name: string) => descendants(metadata, name)
  const texts = (name: string) => named(name).map(textOf)
  const published = named('dc:date').find(({ attributes }) => {
    const event = attributes.get('opf:event')
    return event === undefined || event === 'publication'
  })
  const source = [...texts('dc:identifier'), ...texts('dc:source')].find((text) =>
    /^https?:\/\//.test(text.trim()),
  )
  return detailsOf({
    title: texts('dc:title')[0],
    author: joinedNames(texts('dc:creator')),
    date: textOf(published),
    publisher: texts('dc:publisher')[0],
    source: source?.trim(),
    language: texts('dc:language')[0],
  })
}
