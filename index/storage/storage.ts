import type { Document, DocumentDetails } from '../documents/document.ts'
import type { Heading, Page } from '../documents/extractors/extractor.ts'
import type { DocumentProblem, Origin } from '../documents/source-files.ts'
import type { Stem } from '../language/language.ts'
import type { Span } from '../span.ts'

/**
 * Keeps an index, as a sequence of generations. A build writes a new generation, which becomes visible only when it is
 * complete and published. A reader keeps the generation that it opened. The storage refuses an index that was made with
 * other models or by another version, runs one build at a time, and reports a damaged index as an error.
 *
 * Every implementation passes the conformance suite in `test/index/storage/`.
 */
export interface IndexStorage {
  /**
   * Opens the published generation. Throws `index-missing` if nothing was published yet, `index-stale` if the generation
   * was made with another fingerprint, and `index-corrupt` if it is damaged.
   */
  open(): Promise<Store>
  /** The {@link Store.generation} of the published generation; null if nothing was published yet. */
  served(): Promise<string | null>
  /** Calls `listener` when another generation may have been published. Gives a function that stops the watching. */
  watch(listener: () => void): () => void
  /**
   * Begins a build. It continues an interrupted build if there is one, and otherwise starts from the published generation;
   * with `force` it starts from an empty index. Throws `build-running` if another build is running, `index-corrupt` if the
   * published generation is damaged and `force` is not set, and `index-unwritable` if the index cannot be written.
   */
  beginBuild(options?: BeginBuildOptions): Promise<StoreBuild>
}

export interface BeginBuildOptions {
  /** Whether to start from an empty index. Default: false. */
  readonly force?: boolean
  /** Whether `open` is called when the build has ended. What it needs of the published generation is then prepared meanwhile. Default: false. */
  readonly isOpenedNext?: boolean
}

/** A document without its text. */
export interface DocumentSummary extends DocumentDetails {
  /** Its file, relative to the documents folder, with `/` between its parts. */
  readonly file: string
  /** Length of the text in UTF-16 code units. */
  readonly characters: number
  readonly paragraphs: number
  /** How many pages it has; null where its format has none. */
  readonly pages: number | null
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
  /** How many code points of the document's text stand before `start`. */
  readonly codePoint: number
  /** The document's text from `start` to `end`. */
  readonly text: string
  readonly sentences: readonly StoredSentence[]
}

/** The paragraphs, headings and pages of a document, in order. */
export interface Outline {
  /** An overlong paragraph stands here in parts, which have the same number. */
  readonly paragraphs: readonly Paragraph[]
  readonly headings: readonly Heading[]
  /** Empty where the format has no pages. */
  readonly pages: readonly Omit<Page, 'places'>[]
}

/** The place of a paragraph in a document. */
export interface Paragraph extends Span {
  /** 1-based. */
  readonly paragraph: number
}

export interface FoundSentence {
  readonly sentenceId: number
  readonly passageId: number
  /** Cosine distance to the query's vector: 0 for the same direction, 1 for a right angle. */
  readonly distance: number
}

/** Where a document comes from, and what it belongs to. */
export interface Membership {
  /** Its file, relative to the documents folder, with `/` between its parts. */
  readonly file: string
  /** See `DocumentDetails.collection`. */
  readonly collection: string | null
}

/**
 * The search in the documents of a generation, or of some of its collections. Equally good passages or sentences are sorted by the id
 * of their document, then by their start. `documentIds` null means all of these documents; others are never found, though they are named.
 */
export interface Search {
  /** The language tags of the documents, the most frequent first. */
  languages(documentIds: readonly string[] | null): Promise<string[]>
  /** Ids of the passages that BM25 ranks best for the stems, best first. A stem that is given twice counts twice. */
  findPassages(
    stems: readonly Stem[],
    limit: number,
    documentIds: readonly string[] | null,
  ): Promise<number[]>
  /**
   * Ids of the passages that may have a text word for word or nearly, at most `limit`. `stems` are those of the text, in order.
   * Gives the passages that have all of them in this order, or else those that share most of them, best first. A rare stem counts
   * more than a common one, and the length of a passage does not count.
   */
  findPassagesWith(
    stems: readonly Stem[],
    limit: number,
    documentIds: readonly string[] | null,
  ): Promise<number[]>
  /** How many passages there are, and how many of them have each stem. */
  stemFrequencies(
    stems: readonly Stem[],
  ): Promise<{ readonly passages: number; readonly frequencies: readonly number[] }>
  /** All stems that begin with `beginning` and have `minLength` to `maxLength` letters, sorted by code point. */
  vocabulary(beginning: string, minLength: number, maxLength: number): Promise<Stem[]>
  /** The sentences nearest to the vector, nearest first. */
  findSentences(
    vector: Float32Array,
    limit: number,
    documentIds: readonly string[] | null,
  ): Promise<FoundSentence[]>
}

/**
 * One generation of the index, read-only. Every method throws `index-corrupt` if the generation was damaged after it was opened.
 */
export interface Store extends Search {
  /** Identifies the content of this generation: two generations with different content have different strings. */
  readonly generation: string
  /** The collections whose documents it shows, in order; null where it shows all documents. See `scopedStore`. */
  readonly collections: readonly string[] | null
  /** All documents, by id. */
  documents(): Promise<DocumentSummary[]>
  /** What each document was made of, by the document's id. */
  sources(): Promise<Map<string, StoredSource>>
  /** The files that the build of this generation could not take, by name. */
  problems(): Promise<DocumentProblem[]>
  /** A document with at most the first `maxCharacters` UTF-16 code units of its text; null if there is none with this id. */
  document(id: string, maxCharacters?: number): Promise<StoredDocument | null>
  /** Gives the ids that no document has. */
  missingDocuments(ids: readonly string[]): Promise<string[]>
  /** The files and the collections of these documents, by their ids; an id that no document has is left out. */
  membershipsOf(ids: readonly string[]): Promise<Map<string, Membership>>
  /** The ids of the documents of a collection, in order; empty if there is no such collection. */
  documentsIn(collection: string): Promise<string[]>
  /** The outline of a document; empty if there is no document with this id. */
  outline(documentId: string): Promise<Outline>
  /** The file that a document was read from; null if there is no document with this id. */
  origin(documentId: string): Promise<Origin | null>
  /** The pages that have a part of a span of a document, in order; empty where its format has no pages. */
  pagesAt(documentId: string, span: Span): Promise<Page[]>
  /**
   * The search in these collections alone, which gives what it would if no other document were in the index: words count as rare, and
   * passages as long, by the documents of these collections. Whoever may see only some collections gets it by `scopedStore`.
   */
  searchIn(collections: readonly string[]): Search
  /** The passages with these ids, in that order; an id that does not exist is skipped. */
  passages(ids: readonly number[]): Promise<StoredPassage[]>
  /** The first `limit` passages of a document, in order; empty if there is no document with this id. */
  firstPassages(documentId: string, limit: number): Promise<StoredPassage[]>
  /** The vectors of these sentences, normalised, in that order. Throws if a sentence does not exist. */
  vectors(sentenceIds: readonly number[]): Promise<Float32Array[]>
  close(): Promise<void>
}

/** The file of a document in the index. */
export interface StoredSource {
  /** Its path relative to the documents folder. */
  readonly file: string
  /** See `Document.hash`. */
  readonly hash: string
}

/**
 * A build of a new generation. If it ends before it is published, the next build continues with the documents that it
 * wrote. Methods throw `disk-full`, `storage-busy` and `storage-unwritable`.
 */
export interface StoreBuild {
  /** Whether anything was written, by this build or by an interrupted build that it continues. */
  readonly changed: boolean
  /** What each document in this generation was made of, by the document's id. */
  sources(): Promise<Map<string, StoredSource>>
  /** The problems that this generation has, by name. */
  problems(): Promise<DocumentProblem[]>
  /** The passages of one document in this generation, in order; empty if there is no document with this id. */
  passagesOf(documentId: string): Promise<StoredPassage[]>
  /** The vectors of these sentences, in that order. */
  vectors(sentenceIds: readonly number[]): Promise<Float32Array[]>
  /** Writes a document, and replaces one with the same id; `vectors` has one vector for each sentence, in order. */
  put(document: Document, vectors: readonly Float32Array[]): Promise<void>
  remove(documentIds: readonly string[]): Promise<void>
  /** Replaces all problems that this generation has. */
  putProblems(problems: readonly DocumentProblem[]): Promise<void>
  /** Completes this generation and publishes it, atomically. */
  publish(): Promise<void>
  /** Ends the build. Without {@link publish} before, the generation that was served stays. */
  close(): Promise<void>
}
