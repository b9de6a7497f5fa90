import path from 'node:path'
import { type Format, type Passage, readBlocks, splitBlocks } from '../splitting/split.ts'
import { readFrontMatter } from './front-matter.ts'
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
}

/** A document ready to be indexed. */
export interface Document extends DocumentDetails {
  /** What offsets refer to: the file after its front matter. */
  readonly text: string
  /** Hash of the file that it was read from. */
  readonly hash: string
  readonly passages: readonly Passage[]
}

const DEFAULT_LANGUAGE = 'en'

/** The longest heading, in UTF-16 code units: it stands on every passage below it. */
const MAX_HEADING = 1000

/** Their vectors are in memory at once, 1.5 kB each, and take 20 minutes to make. A book of 5 MB has 40,000. */
const MAX_SENTENCES = 100_000

/**
 * Reads a document out of a file's bytes. A byte order mark is how a file is encoded, not text, and
 * is no part of it. Throws an `Error` whose message completes "FILE …" where the bytes are no document.
 */
export function parseDocument(file: SourceFile, bytes: Buffer, hash: string): Document {
  const { frontMatter, text } = parseFrontMatter(decode(bytes))
  const { headings, passages } = split(text, file.format, frontMatter.language ?? DEFAULT_LANGUAGE)
  const title = frontMatter.title ?? headings[0]?.text ?? path.posix.parse(file.name).name
  const { author, date, publisher, source } = frontMatter
  return { id: file.id, title, author, date, publisher, source, text, hash, passages }
}

function decode(bytes: Buffer): string {
  // UTF-16, an archive or a picture: hardly ever UTF-8, and if so, no text.
  if (bytes.includes(0)) {
    throw new Error('is not text, or not UTF-8: it has NUL characters; save it as UTF-8 text')
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    throw new Error('is not UTF-8; save it as UTF-8 text', { cause: error })
  }
}

function split(text: string, format: Format, language: string) {
  try {
    const { blocks, headings } = readBlocks(text, format)
    const overlong = headings.find((heading) => heading.text.length > MAX_HEADING)
    if (overlong) {
      throw new Error(
        `has a heading of ${overlong.text.length} characters, and ${MAX_HEADING} are the most; make a paragraph of it`,
      )
    }
    const passages = splitBlocks(text, blocks, language)
    const sentences = passages.reduce((sum, passage) => sum + passage.sentences.length, 0)
    if (sentences > MAX_SENTENCES) {
      throw new Error(
        `has ${sentences} sentences, and ${MAX_SENTENCES} are the most; split it into several files`,
      )
    }
    return { headings, passages }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new Error('is nested too deeply to be read; make it flatter', { cause: error })
  }
}

function parseFrontMatter(file: string): ReturnType<typeof readFrontMatter> {
  try {
    return readFrontMatter(file)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new Error(`has front matter that cannot be read: ${reason}`, { cause: error })
  }
}
