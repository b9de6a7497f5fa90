import type { Document, DocumentDetails } from '../documents/document.ts'
import type { Format, Heading } from '../documents/extractors/extractor.ts'
import type { Stem } from '../language/language.ts'
import type { Span } from '../span.ts'

/**
 * Where an index is kept. A build writes a generation of its own, which nobody sees before it is published whole; readers
 * keep the generation that they opened. The storage knows what an index must have been made with, keeps builders apart,
 * and tells damage from an answer.
 *
 * Every storage passes the conformance suite in `test/index/storage/`.
 */
export interface IndexStorage {
  /**
   * Opens the generation that is served now. Throws `index-missing` where nothing was published yet, `index-stale` where
   * it was made otherwise than this version makes it, and `index-corrupt` where it is damaged.
   */
  open(): Promise<Store>
  /** The generation that is served now, as {@link Store.generation} says it; null where nothing was published yet. */
  served(): Promise<string | null>
  /** Calls `listener` whenever another generation may be served; gives what ends that. */
  watch(listener: () => void): () => void
  /**
   * Begins a build: from what an interrupted build left, else from the generation that is served, with `force` from
   * nothing. Throws `build-running` where another build is at work, `index-corrupt` where the generation that is served
   * is damaged and `force` is not set, and `index-unwritable`.
   */
  beginBuild(options?: { readonly force?: boolean }): Promise<StoreBuild>
}

/** A document without its text, as lists show it. */
export interface DocumentSummary extends DocumentDetails {
  readonly format: Format
  /** Length of the text in UTF-16 code units. */
  readonly characters: number
  readonly paragraphs: number
}

export interface StoredDocument extends DocumentSummary {
  readonly text: string
}

export interface StoredSentence extends Span {
  readonly id: number
}

export interface StoredPassage extends Span {
  readonly id: number
  readonly document: DocumentDetails
  /** 1-based. */
  readonly paragraph: number
  readonly heading: string | null
  /** The document's text from `start` to `end`. */
  readonly text: string
  readonly sentences: readonly StoredSentence[]
}

/** What a document consists of, in order. */
export interface Outline {
  /** The parts of an overlong paragraph share its number. */
  readonly paragraphs: readonly Paragraph[]
  readonly headings: readonly Heading[]
}

/** Where a numbered paragraph of a document stands. */
export interface Paragraph extends Span {
  /** 1-based. */
  readonly paragraph: number
}

export interface FoundSentence {
  readonly sentenceId: number
  readonly passageId: number
  /** Cosine distance to the query's vector: 0 is the same direction, 1 unrelated. */
  readonly distance: number
}

/**
 * One generation of the index, read-only. Where passages or sentences are equally good, the one whose document's id is
 * first comes first, then the one that starts first. `documentIds` null means all documents. Every method throws
 * `index-corrupt` where the generation was damaged after it was opened.
 */
export interface Store {
  /** Which generation this is: another string for another content. */
  readonly generation: string
  /** By id. */
  documents(): Promise<DocumentSummary[]>
  /** With at most so many UTF-16 code units of its text; null where there is no such document. */
  document(id: string, maxCharacters?: number): Promise<StoredDocument | null>
  /** Those of the ids that no document has. */
  missingDocuments(ids: readonly string[]): Promise<string[]>
  /** The language tags of the documents, the most frequent first. */
  languages(documentIds: readonly string[] | null): Promise<string[]>
  /** Empty where there is no such document. */
  outline(documentId: string): Promise<Outline>
  /** Ids of the passages that BM25 ranks best for the stems, best first. A stem that comes twice counts twice. */
  findPassages(
    stems: readonly Stem[],
    limit: number,
    documentIds: readonly string[] | null,
  ): Promise<number[]>
  /** How many passages there are, and how many of them have each stem. */
  stemFrequencies(
    stems: readonly Stem[],
  ): Promise<{ readonly passages: number; readonly frequencies: readonly number[] }>
  /** The stems of all documents that begin so and have so many letters, by code point. */
  vocabulary(beginning: string, minLength: number, maxLength: number): Promise<Stem[]>
  /** The sentences nearest to the vector, nearest first. */
  findSentences(
    vector: Float32Array,
    limit: number,
    documentIds: readonly string[] | null,
  ): Promise<FoundSentence[]>
  /** The passages with these ids, in that order; those that do not exist are left out. */
  passages(ids: readonly number[]): Promise<StoredPassage[]>
  /** The vectors of these sentences, normalised, in that order. Throws where a sentence does not exist. */
  vectors(sentenceIds: readonly number[]): Promise<Float32Array[]>
  close(): Promise<void>
}

/**
 * A new generation in the making. What was put is there for the next build, whatever ends this one. Methods throw
 * `disk-full`, `storage-busy` and `storage-unwritable`.
 */
export interface StoreBuild {
  /** Whether it holds, or goes on with, anything that is not what is served. */
  readonly changed: boolean
  /** The hash of each document that is in it, by the document's id. */
  hashes(): Promise<Map<string, string>>
  /** The passages of one document as they stand, in order; none where it is not there. */
  passagesOf(documentId: string): Promise<StoredPassage[]>
  /** The vectors of these sentences, in that order. */
  vectors(sentenceIds: readonly number[]): Promise<Float32Array[]>
  /** Writes a document in place of the one with its id; `vectors` has one for each sentence, in order. */
  put(document: Document, vectors: readonly Float32Array[]): Promise<void>
  remove(documentIds: readonly string[]): Promise<void>
  /** Makes this the generation that is served, at once and whole. */
  publish(): Promise<void>
  /** Stops without publishing. */
  close(): Promise<void>
}
