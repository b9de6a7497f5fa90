import path from 'node:path'
import { docxExtractor } from './docx.ts'
import { epubExtractor } from './epub.ts'
import type { Extractor, Format } from './extractor.ts'
import { htmlExtractor } from './html.ts'
import { markdownExtractor } from './markdown.ts'
import { odtExtractor } from './odt.ts'
import { pdfExtractor } from './pdf/pdf.ts'
import { plainExtractor } from './plain.ts'
import { pptxExtractor } from './pptx.ts'
import { formatOfBytes } from './signatures.ts'

const EXTRACTORS: readonly Extractor[] = [
  plainExtractor,
  markdownExtractor,
  pdfExtractor,
  docxExtractor,
  odtExtractor,
  pptxExtractor,
  htmlExtractor,
  epubExtractor,
]

/** The extensions of all files that can be read, such as ".txt". */
export const EXTENSIONS = EXTRACTORS.flatMap(({ extensions }) => extensions)

/** The extractor for a file, by the ending of its name; null where Footnote does not read such files. */
export function extractorFor(name: string): Extractor | null {
  const ending = path.extname(name).toLowerCase()
  return EXTRACTORS.find(({ extensions }) => extensions.includes(ending)) ?? null
}

/** The extractor of a format. */
export function extractorOf(format: Format): Extractor {
  const extractor = EXTRACTORS.find((known) => known.format === format)
  if (!extractor) throw new Error(`no extractor for ${format}`)
  return extractor
}

/**
 * The extractor for a file whose name says `named`: its bytes decide, since many files have the wrong ending. Text and Markdown
 * are what their name says. Throws an `Error` whose message completes "FILE …" where the bytes are of a format that is not read.
 */
export function extractorOfBytes(named: Format, bytes: Buffer): Extractor {
  if (isText(named)) return extractorOf(named)
  const format = formatOfBytes(bytes) ?? named
  const extractor = EXTRACTORS.find((known) => known.format === format)
  if (!extractor) throw new Error(`is in fact a ${format} file, which is not read`)
  return extractor
}

/** Whether a format is text that people type: it is short to read, and its bytes have no signature. */
export function isText(format: Format): boolean {
  return format === 'plain' || format === 'markdown'
}
