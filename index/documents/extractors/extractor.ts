import type { Span } from '../../span.ts'

/** The formats that documents come in. */
export type Format = 'plain' | 'markdown'

/** Reads the files of one format. */
export interface Extractor {
  readonly format: Format
  /** Must be raised whenever the extraction changes. Builds then read the documents of this format again, and no others. */
  readonly version: number
  /** Of file names, in lower case, with their dot. */
  readonly extensions: readonly string[]
  /** Throws an `Error` whose message completes "FILE …" where the bytes are no document of this format. */
  extract(bytes: Buffer): Extraction
}

/** What a file says. All spans are of `text`. */
export interface Extraction {
  readonly text: string
  /** In order, never overlapping. */
  readonly blocks: readonly Block[]
  /** In order; empty where the format has no pages. */
  readonly pages: readonly Page[]
  readonly details: ExtractedDetails
}

/** What a document says of itself; null where it does not say. */
export interface ExtractedDetails {
  readonly title: string | null
  readonly author: string | null
  /** ISO 8601 by convention. */
  readonly date: string | null
  readonly publisher: string | null
  /** Where it was published: an http or https address. */
  readonly source: string | null
  /** A BCP 47 tag. */
  readonly language: string | null
}

export type Block = Heading | TextBlock

/** A heading. It is never quoted, but found: it stands on the passages below it. */
export interface Heading extends Span {
  readonly role: 'heading'
  /** 1 is the highest of 6. */
  readonly level: number
  /** Without markup; empty where there is nothing but markup. */
  readonly text: string
}

/**
 * What becomes one numbered paragraph.
 *
 * Only a `paragraph` may be the beginning of a sentence that the next one ends. In `code` every line is a sentence.
 */
export interface TextBlock extends Span {
  readonly role: 'paragraph' | 'list' | 'quotation' | 'code' | 'markup'
  /**
   * Where sentences are looked for, in order and inside the block: mostly the whole of it; of a list each item, so that
   * no sentence spans two items or starts with a marker.
   */
  readonly parts: readonly Span[]
}

export interface Page extends Span {
  /** 1-based. */
  readonly number: number
  /** As it is printed on the page, such as "iii"; null where nothing is. */
  readonly label: string | null
}
