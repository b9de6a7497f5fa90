import path from 'node:path'
import { markdownHeadings } from '../splitting/markdown-blocks.ts'
import { type Passage, splitDocument } from '../splitting/split.ts'
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

/**
 * Reads a document out of a file's bytes. A byte order mark is how a file is encoded, not text, and
 * is no part of it. Throws an `Error` whose message completes "FILE …" where the bytes are no document.
 */
export function parseDocument(file: SourceFile, bytes: Buffer, hash: string): Document {
  const { frontMatter, text } = parseFrontMatter(decode(bytes))
  const title =
    frontMatter.title ??
    (file.format === 'markdown' ? markdownHeadings(text)[0]?.text : undefined) ??
    path.posix.parse(file.name).name
  const passages = splitDocument(text, file.format, frontMatter.language ?? DEFAULT_LANGUAGE)
  const { author, date, publisher, source } = frontMatter
  return { id: file.id, title, author, date, publisher, source, text, hash, passages }
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    throw new Error('is not UTF-8; save it as UTF-8 text', { cause: error })
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
