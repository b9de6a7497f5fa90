import { readFile } from 'node:fs/promises'
import { parseDocument } from '../../index/documents/document.ts'
import { extractorFor } from '../../index/documents/extractors/formats.ts'
import { FootnoteError } from '../../index/errors.ts'
import { lettersOf } from '../../index/retrieval/copies.ts'

/** How many sentences of one file stand in another. */
export interface Comparison {
  readonly sentences: number
  readonly found: number
  /** The sentences that were not found, in order. */
  readonly missing: readonly string[]
}

/** A sentence with fewer letters and digits may stand anywhere by chance. */
const MIN_LETTERS = 12

/**
 * Compares what is read of two files of one text, such as a PDF and the web page that it was made from: which sentences of
 * `from` stand in `other` with the same letters and digits, without any between them. Throws `document-unknown` where a
 * file is in no format that is read, and an `Error` where it cannot be read.
 */
export async function compareTexts(from: string, other: string): Promise<Comparison> {
  const [wanted, searched] = [await documentOf(from), await documentOf(other)]
  const text = lettersOf(searched.text)
  const sentences = wanted.passages
    .flatMap((passage) => passage.sentences)
    .map(({ start, end }) => wanted.text.slice(start, end))
    .filter((sentence) => lettersOf(sentence).length >= MIN_LETTERS)
  const missing = sentences.filter((sentence) => !text.includes(lettersOf(sentence)))
  return { sentences: sentences.length, found: sentences.length - missing.length, missing }
}

async function documentOf(file: string) {
  const extractor = extractorFor(file)
  if (!extractor) throw new FootnoteError('document-unknown', `Footnote does not read ${file}.`)
  const source = { id: 'compared', name: file, path: file, format: extractor.format }
  return parseDocument(source, await readFile(file), '')
}
