import path from 'node:path'
import { DEFAULT_LANGUAGE, languageOf } from '../language/languages.ts'
import type { Language, Stem } from '../language/language.ts'
import { stemsOf } from '../language/stems.ts'
import { type Passage, splitBlocks } from '../splitting/split.ts'
import type { Block, ExtractedDetails, Format, Heading, Page } from './extractors/extractor.ts'
import { extractorOfBytes } from './extractors/formats.ts'
import { decodeUtf8 } from './extractors/text-file.ts'
import { readDetails } from './front-matter.ts'
import { besideIt, type Origin, sha256, type SourceFile } from './source-files.ts'

/** What a citation says of its document. */
export interface DocumentDetails {
  readonly id: string
  /** What its bytes are, whatever the name of its file says. */
  readonly format: Format
  readonly title: string
  readonly author: string | null
  /** As the document says it, by convention in ISO 8601. */
  readonly date: string | null
  readonly publisher: string | null
  /** The http or https address where it was published. */
  readonly source: string | null
  /** A BCP 47 tag. */
  readonly language: string
  /** What the document belongs to: the one that it names, or else the first folder of its path; null where it stands in none. */
  readonly collection: string | null
  /** Identifies its text: `sha256-` and the digest of its UTF-8 in hexadecimal digits. */
  readonly version: string
}

/** A document ready to be indexed. */
export interface Document extends DocumentDetails, Origin {
  /** All offsets count in this text. Of a text file it is what follows the front matter. */
  readonly text: string
  /** Changes with the file, its name, and the version of its extractor. */
  readonly hash: string
  /** In order, without headings that have no text. */
  readonly headings: readonly Heading[]
  /** In order; empty where the format has no pages. */
  readonly pages: readonly Page[]
  readonly passages: readonly IndexedPassage[]
}

/** A passage, and the stems that it is found by. */
export interface IndexedPassage extends Passage {
  /** The stems of the document's title, of the heading and of the passage's text. */
  readonly stems: readonly Stem[]
}

/** Characters that a title has by accident, or to do harm on a terminal. */
const CONTROLS = /\p{Cc}+/gu

/** The longest heading, in UTF-16 code units. It is stored with every passage below it. */
const MAX_HEADING_LENGTH = 1000

/** The most sentences of a document. Their vectors are in memory together, 1.5 kB each, and take 20 minutes to make. A book of 5 MB has 40,000. */
const MAX_SENTENCES = 100_000

/**
 * Makes a document of a file's bytes. What the bytes of the YAML file beside it say overrides what it says of itself. Rejects
 * with an `Error` whose message completes "FILE …" where the bytes are in no format that is read, or the document is too
 * large.
 */
export async function parseDocument(
  file: SourceFile,
  bytes: Buffer,
  hash: string,
  yaml: Buffer | null = null,
): Promise<Document> {
  const overriding = yaml && readYaml(file, yaml)
  const extractor = extractorOfBytes(file.format, bytes)
  const extraction = await extractor.extract(bytes)
  const { text, blocks, pages } = extraction
  const details = overriding ? override(extraction.details, overriding) : extraction.details
  const headings = headingsIn(blocks)
  const { author, date, publisher, source } = details
  const named = details.title ?? headings[0]?.text ?? path.posix.parse(file.name).name
  const title = named.replace(CONTROLS, ' ')
  const tag = details.language ?? DEFAULT_LANGUAGE
  const passages = passagesIn(text, blocks, languageOf(tag))
  return {
    id: file.id,
    format: extractor.format,
    file: file.name,
    fileHash: sha256(bytes),
    language: tag,
    collection: details.collection ?? firstFolder(file.name),
    version: `sha256-${sha256(text)}`,
    title,
    author,
    date,
    publisher,
    source,
    text,
    hash,
    headings,
    pages,
    passages: withStems(passages, { text, title, language: tag }),
  }
}

/** Passages of a document with the stems that they are found by. */
export function withStems(
  passages: readonly Passage[],
  { text, title, language: tag }: Pick<Document, 'text' | 'title' | 'language'>,
): IndexedPassage[] {
  const language = languageOf(tag)
  const titleStems = stemsOf(title, language)
  return passages.map((passage) => {
    const texts = [passage.heading ?? '', text.slice(passage.start, passage.end)]
    const stems = [...titleStems, ...texts.flatMap((part) => stemsOf(part, language))]
    return { ...passage, stems }
  })
}

function readYaml(file: SourceFile, yaml: Buffer): ExtractedDetails {
  try {
    return readDetails(decodeUtf8(yaml))
  } catch (error) {
    throw besideIt(
      file,
      `cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}

function override(details: ExtractedDetails, by: ExtractedDetails): ExtractedDetails {
  return {
    title: by.title ?? details.title,
    author: by.author ?? details.author,
    date: by.date ?? details.date,
    publisher: by.publisher ?? details.publisher,
    source: by.source ?? details.source,
    language: by.language ?? details.language,
    collection: by.collection ?? details.collection,
  }
}

/** The first folder of a file's path, which is its collection where nothing names one; null where it stands in none. */
export function firstFolder(name: string): string | null {
  const slash = name.indexOf('/')
  return slash === -1 ? null : name.slice(0, slash)
}

function headingsIn(blocks: readonly Block[]): Heading[] {
  const headings = blocks.flatMap((block) =>
    block.role === 'heading' && block.text !== '' ? [block] : [],
  )
  const overlong = headings.find((heading) => heading.text.length > MAX_HEADING_LENGTH)
  if (!overlong) return headings
  throw new Error(
    `has a heading of ${overlong.text.length} characters, and ${MAX_HEADING_LENGTH} is the maximum; make a paragraph of it`,
  )
}

function passagesIn(text: string, blocks: readonly Block[], language: Language): Passage[] {
  const passages = splitBlocks(text, blocks, language)
  const sentences = passages.reduce((sum, passage) => sum + passage.sentences.length, 0)
  if (sentences <= MAX_SENTENCES) return passages
  throw new Error(
    `has ${sentences} sentences, and ${MAX_SENTENCES} is the maximum; split it into several files`,
  )
}
