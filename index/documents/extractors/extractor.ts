import type { Span } from '../../span.ts'

/** The formats that documents come in. */
export type Format = 'plain' | 'markdown' | 'pdf' | 'docx' | 'odt' | 'pptx' | 'html' | 'epub'

/** Reads the files of one format. */
export interface Extractor {
  readonly format: Format
  /** Must be raised whenever the extraction changes. Builds then read the documents of this format again, and no others. */
  readonly version: number
  /** Of file names, in lower case, with their dot. */
  readonly extensions: readonly string[]
  /** The largest file that is read. */
  readonly maxBytes: number
  /** Rejects with an `Error` whose message completes "FILE …" where the bytes are no document of this format. */
  extract(bytes: Buffer): Promise<Extraction>
}

/** What a file says. All spans are of `text`, which is quoted word for word. */
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
  /** The collection that the file names; where it names none, its folder decides. */
  readonly collection: string | null
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
 * What becomes one numbered paragraph. In `code` every line is a sentence. Each part of a `table` is a row. A `note` stands
 * at the foot of a page or at the end of a document.
 */
export interface TextBlock extends Span {
  readonly role: 'paragraph' | 'list' | 'quotation' | 'code' | 'markup' | 'table' | 'note'
  /**
   * Whether a sentence may begin in this block and end in the next one, or the other way round, because blank lines alone
   * divide them. False where the format says where a paragraph ends.
   */
  readonly mayRunOn: boolean
  /**
   * Where sentences are looked for, in order and inside the block: mostly the whole of it; of a list each item, so that
   * no sentence spans two items or starts with a marker.
   */
  readonly parts: readonly Span[]
}

/** A page or a slide. Its span may overlap that of the next page, where a paragraph goes on there and is followed by a note. */
export interface Page extends Span {
  /** 1-based. */
  readonly number: number
  /** As it is printed on the page, such as "iii"; null where nothing is. */
  readonly label: string | null
  /** In points, as it is displayed; null where the format has no sizes. */
  readonly size: { readonly width: number; readonly height: number } | null
  /** Where its text stands on it, from `encodePlaces`; null where that is not known. */
  readonly places: Uint8Array | null
}
