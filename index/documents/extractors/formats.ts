import path from 'node:path'
import type { Extractor, Format } from './extractor.ts'
import { markdownExtractor } from './markdown.ts'
import { pdfExtractor } from './pdf/pdf.ts'
import { plainExtractor } from './plain.ts'

const EXTRACTORS: readonly Extractor[] = [plainExtractor, markdownExtractor, pdfExtractor]

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
