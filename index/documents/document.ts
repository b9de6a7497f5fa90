import path from 'node:path'
import { DEFAULT_LANGUAGE, languageOf } from '../language/languages.ts'
import type { Language, Stem } from '../language/language.ts'
import { stemsOf } from '../language/stems.ts'
import { type Passage, splitBlocks } from '../splitting/split.ts'
import type { Block, Format, Heading, Page } from './extractors/extractor.ts'
import { extractorOf } from './extractors/formats.ts'
import type { SourceFile } from './source-files.ts'

/** What is told of a document where it is cited. */
export interface DocumentDetails {
  readonly id: string
  readonly title: string
  readonly author: string | null
  /** As the document gives it; ISO 8601 by convention. */
  readonly date: string | null
  readonly publisher: string | null
  /** Where it was published: an http or https address. */
  readonly source: string | null
  /** A BCP 47 tag. */
  readonly language: string
}

/** A document ready to be indexed. */
export interface Document extends DocumentDetails {
  readonly format: Format
  /** What offsets refer to. Of a text file: what follows its front matter. */
  readonly text: string
  /** Changes with the file, its name and the version of what read it. */
  readonly hash: string
  /** In order; those without text are left out. */
  readonly headings: readonly Heading[]
  /** In order; empty where the format has no pages. */
  readonly pages: readonly Page[]
  readonly passages: readonly IndexedPassage[]
}

/** A passage with what it is found by. */
export interface IndexedPassage extends Passage {
  /** Of its document's title, its heading and its text. */
  readonly stems: readonly Stem[]
}

/** The longest heading, in UTF-16 code units: it stands on every passage below it. */
const MAX_HEADING = 1000

/** Their vectors are in memory at once, 1.5 kB each, and take 20 minutes to make. A book of 5 MB has 40,000. */
const MAX_SENTENCES = 100_000

/**
 * Reads a document out of a file's bytes. Throws an `Error` whose message completes "FILE …" where they are no document
 * of the file's format, or one that is too large.
 */
export function parseDocument(file: SourceFile, bytes: Buffer, hash: string): Document {
  const { text, blocks, pages, details } = extractorOf(file.format).extract(bytes)
  const headings = headingsIn(blocks)
  const { author, date, publisher, source } = details
  const title = details.title ?? headings[0]?.text ?? path.posix.parse(file.name).name
  const tag = details.language ?? DEFAULT_LANGUAGE
  const language = languageOf(tag)
  const passages = passagesIn(text, blocks, language)
  return {
    id: file.id,
    format: file.format,
    language: tag,
    title,
    author,
    date,
    publisher,
    source,
    text,
    hash,
    headings,
    pages,
    passages: withStems(passages, text, title, language),
  }
}

function headingsIn(blocks: readonly Block[]): Heading[] {
  const headings = blocks.flatMap((block) =>
    block.role === 'heading' && block.text !== '' ? [block] : [],
  )
  const overlong = headings.find((heading) => heading.text.length > MAX_HEADING)
  if (!overlong) return headings
  throw new Error(
    `has a heading of ${overlong.text.length} characters, and ${MAX_HEADING} are the most; make a paragraph of it`,
  )
}

function passagesIn(text: string, blocks: readonly Block[], language: Language): Passage[] {
  const passages = splitBlocks(text, blocks, language)
  const sentences = passages.reduce((sum, passage) => sum + passage.sentences.length, 0)
  if (sentences <= MAX_SENTENCES) return passages
  throw new Error(
    `has ${sentences} sentences, and ${MAX_SENTENCES} are the most; split it into several files`,
  )
}

function withStems(
  passages: readonly Passage[],
  text: string,
  title: string,
  language: Language,
): IndexedPassage[] {
  const titleStems = stemsOf(title, language)
  return passages.map((passage) => {
    const texts = [passage.heading ?? '', text.slice(passage.start, passage.end)]
    const stems = [...titleStems, ...texts.flatMap((part) => stemsOf(part, language))]
    return { ...passage, stems }
  })
}
