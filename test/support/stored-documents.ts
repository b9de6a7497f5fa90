import { type Document, parseDocument } from '../../index/documents/document.ts'
import type { Format } from '../../index/documents/extractors/extractor.ts'

export interface DocumentOptions {
  readonly format?: Format
  readonly language?: string
  readonly author?: string
  /** Default: the first folder of the file, if it is in one. */
  readonly collection?: string
  /** Relative to the documents folder. Default: named by the id. */
  readonly name?: string
}

/** A document as it is put into a storage. */
export function documentOf(
  id: string,
  text: string,
  options: DocumentOptions = {},
): Promise<Document> {
  const { format = 'plain', language = 'en', author, collection, name = `${id}.txt` } = options
  const frontMatter = [
    '---',
    `language: ${language}`,
    ...(author === undefined ? [] : [`author: ${author}`]),
    ...(collection === undefined ? [] : [`collection: ${JSON.stringify(collection)}`]),
    '---\n',
  ].join('\n')
  const file = { id, name, path: '', format }
  return parseDocument(file, Buffer.from(frontMatter + text), `hash of ${text}`)
}

/** One vector for each sentence of a document, by its text. */
export function vectorsFor(
  { text, passages }: Document,
  vectorOf: (sentence: string) => Float32Array,
): Float32Array[] {
  return passages.flatMap(({ sentences }) =>
    sentences.map(({ start, end }) => vectorOf(text.slice(start, end))),
  )
}
