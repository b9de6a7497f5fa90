import { detailsOf, joinedNames } from './details.ts'
import type { ExtractedDetails } from './extractor.ts'
import {
  attributeOf,
  findAll,
  type HtmlDocument,
  type HtmlElement,
  rawTextOf,
} from './html-tree.ts'

const AUTHOR = [
  'author',
  'citation_author',
  'dc.creator',
  'dcterms.creator',
  'article:author',
  'parsely-author',
]
const DATE = [
  'article:published_time',
  'citation_publication_date',
  'citation_date',
  'dc.date',
  'dcterms.date',
  'dcterms.created',
  'dc.date.issued',
  'date',
  'pubdate',
  'publish-date',
  'article:modified_time',
  'dcterms.modified',
  'last-modified',
]
const PUBLISHER = [
  'og:site_name',
  'citation_publisher',
  'dc.publisher',
  'dcterms.publisher',
  'publisher',
]
const LANGUAGE = ['content-language', 'dc.language', 'dcterms.language', 'og:locale']

/** Descriptions of a page may be nested; deeper ones are not of the page itself. */
const MAX_JSON_DEPTH = 4

/** What a page says about itself, in its head. */
export function htmlDetails(document: HtmlDocument): ExtractedDetails {
  const elements = findAll(document, ({ tagName }) =>
    ['html', 'body', 'title', 'meta', 'link', 'script', 'h1'].includes(tagName),
  )
  const named = (name: string) => elements.filter(({ tagName }) => tagName === name)
  const meta = new MetaTags(named('meta'))
  const json = readLinkedData(named('script'))
  const [html] = named('html')
  const titles = [textIn(named('title')[0]), meta.first(['og:title']), textIn(named('h1')[0])]
  const canonical = named('link').find(
    (link) => attributeOf(link, 'rel')?.toLowerCase() === 'canonical',
  )
  return detailsOf({
    title: titles.find((title) => detailsOf({ title }).title !== null),
    author: joinedNames(json.authors) ?? joinedNames(meta.all(AUTHOR).filter(isName)),
    date: (json.date ?? meta.first(DATE))?.replaceAll('/', '-'),
    publisher: json.publisher ?? meta.first(PUBLISHER),
    source: (canonical && attributeOf(canonical, 'href')) ?? meta.first(['og:url']),
    language: languageOf(html) ?? languageOf(named('body')[0]) ?? meta.first(LANGUAGE),
  })
}

function textIn(element: HtmlElement | undefined): string {
  return element ? rawTextOf(element) : ''
}

function languageOf(element: HtmlElement | undefined): string | undefined {
  if (!element) return undefined
  return attributeOf(element, 'lang') || attributeOf(element, 'xml:lang') || undefined
}

function isName(author: string): boolean {
  return !/^(?:https?:)?\/\//.test(author)
}

class MetaTags {
  readonly #values = new Map<string, string[]>()

  constructor(elements: readonly HtmlElement[]) {
    for (const element of elements) {
      const name = ['name', 'property', 'http-equiv', 'itemprop']
        .map((attribute) => attributeOf(element, attribute))
        .find((value) => value !== undefined)
        ?.toLowerCase()
      const content = attributeOf(element, 'content')?.trim()
      if (!name || !content) continue
      const values = this.#values.get(name)
      if (values) values.push(content)
      else this.#values.set(name, [content])
    }
  }

  /** The values of the first of these names that has any. */
  all(names: readonly string[]): string[] {
    return names.map((name) => this.#values.get(name)).find((values) => values) ?? []
  }

  first(names: readonly string[]): string | undefined {
    return this.all(names)[0]
  }
}

interface LinkedData {
  readonly authors: readonly string[]
  readonly date: string | undefined
  readonly publisher: string | undefined
}

/** What JSON-LD says of the page: of the first thing in it that has an author or a date. */
function readLinkedData(scripts: readonly HtmlElement[]): LinkedData {
  for (const script of scripts) {
    if (attributeOf(script, 'type')?.toLowerCase() !== 'application/ld+json') continue
    const work = findWork(parseJson(rawTextOf(script)), 0)
    if (!work) continue
    return {
      authors: namesIn(work['author']),
      date: stringIn(work['datePublished']) ?? stringIn(work['dateModified']),
      publisher: namesIn(work['publisher'])[0],
    }
  }
  return { authors: [], date: undefined, publisher: undefined }
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return null
  }
}

function findWork(value: unknown, depth: number): Record<string, unknown> | null {
  if (depth > MAX_JSON_DEPTH) return null
  if (Array.isArray(value)) {
    for (const item of value) {
      const work = findWork(item, depth + 1)
      if (work) return work
    }
    return null
  }
  if (!isRecord(value)) return null
  const isWork = 'datePublished' in value || 'dateModified' in value || 'author' in value
  return isWork ? value : findWork(value['@graph'] ?? value['mainEntity'], depth + 1)
}

function namesIn(value: unknown): string[] {
  if (Array.isArray(value))
    return value.flatMap((item) => (Array.isArray(item) ? [] : namesIn(item)))
  const name = stringIn(isRecord(value) ? value['name'] : value)
  return name !== undefined && isName(name) ? [name] : []
}

function stringIn(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
