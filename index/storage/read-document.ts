import { type Document, withStems } from '../documents/document.ts'
import type { Store, StoredSource } from './storage.ts'

/** A document as it was put into a storage, with one vector for each sentence, in order. */
export interface PutDocument {
  readonly document: Document
  readonly vectors: readonly Float32Array[]
}

/**
 * Reads a document back as it was put, for another storage. `source` is what {@link Store.sources} says of it. The stems are not
 * stored: they are made again, by the same rules, because an index that was made by others cannot be opened. Throws if there
 * is no document with this id.
 */
export async function readDocument(
  id: string,
  { file, hash }: StoredSource,
  store: Store,
): Promise<PutDocument> {
  const stored = await store.document(id)
  const origin = await store.origin(id)
  if (!stored || !origin) throw new Error(`there is no document ${id}`)
  const { characters, paragraphs: _, pages: __, ...details } = stored
  const { headings, paragraphs } = await store.outline(id)
  const found = await store.firstPassages(id, paragraphs.length)
  const passages = Array.from(found, ({ start, end, paragraph, heading, sentences }) => {
    const spans = Array.from(sentences, (sentence) => {
      return { start: sentence.start, end: sentence.end }
    })
    return { start, end, paragraph, heading, sentences: spans }
  })
  const document: Document = {
    ...details,
    file,
    fileHash: origin.fileHash,
    hash,
    headings,
    // A page without text may begin and end where the text does.
    pages: await store.pagesAt(id, { start: -1, end: characters + 1 }),
    passages: withStems(passages, details),
  }
  const sentenceIds = found.flatMap(({ sentences }) => sentences.map((sentence) => sentence.id))
  return { document, vectors: await store.vectors(sentenceIds) }
}
