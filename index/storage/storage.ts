import type { Document, DocumentDetails } from '../documents/document.ts'
import type { Span } from '../splitting/span.ts'

/** A document without its text, as lists show it. */
export interface DocumentSummary extends DocumentDetails {
  /** Length of the text in UTF-16 code units. */
  readonly characters: number
  readonly paragraphs: number
}

export interface StoredDocument extends DocumentSummary {
  readonly text: string
}

export interface StoredSentence extends Span {
  readonly id: number
  /** Normalised; of the sentence with the one before it. */
  readonly vector: Float32Array
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

/** One generation of the index, read-only. Everything is asynchronous and in batches, whatever is below. */
export interface Store {
  /** Which generation this is: another string for another content. */
  readonly generation: string
  documents(): Promise<DocumentSummary[]>
  document(id: string): Promise<StoredDocument | null>
  /** A document's paragraphs in order; none where there is no such document. */
  paragraphs(documentId: string): Promise<Paragraph[]>
  /** Ids of the passages that BM25 ranks best for the words, best first. `documentIds` null: in all of them. */
  findPassages(
    words: readonly string[],
    limit: number,
    documentIds: readonly string[] | null,
  ): Promise<number[]>
  /** How many passages there are, and in how many of them each word is, as BM25 counts them. */
  wordFrequencies(words: readonly string[]): Promise<{ passages: number; frequencies: number[] }>
  /** The stems of all words of the documents that begin so and have so many letters. */
  vocabulary(beginning: string, shortest: number, longest: number): Promise<string[]>
  /** The sentences nearest to the vector, nearest first. */
  findSentences(
    vector: Float32Array,
    limit: number,
    documentIds: readonly string[] | null,
  ): Promise<FoundSentence[]>
  /** The passages with these ids, in that order, with their sentences. */
  passages(ids: readonly number[]): Promise<StoredPassage[]>
  close(): Promise<void>
}

/** A new generation in the making; nobody sees it before `publish`. */
export interface StoreBuild {
  /** Whether it holds, or goes on with, anything that is not what is served. */
  readonly changed: boolean
  /** The content that is served, as {@link Store.generation} says it, where this build compared it with its digest, or wrote it. */
  readonly verified: string | null
  /** The hash of each document that is in it, by the document's id. */
  hashes(): Promise<Map<string, string>>
  /** The passages of one document as they stand; none where it is not there. */
  passagesOf(documentId: string): Promise<StoredPassage[]>
  /** Writes a document in place of the one with its id; `vectors` one a sentence, in order. */
  put(document: Document, vectors: readonly Float32Array[]): Promise<void>
  remove(documentIds: readonly string[]): Promise<void>
  /** Makes this the generation that is served, at once and whole. */
  publish(): Promise<void>
  /** Stops without publishing; what was put is kept for the next build to go on from. */
  close(): Promise<void>
}
