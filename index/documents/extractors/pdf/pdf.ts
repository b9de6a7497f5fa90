import type { Extraction, Extractor } from '../extractor.ts'
import { columnsOf } from './columns.ts'
import { compose } from './compose.ts'
import { readDetails } from './details.ts'
import { draftsOf, type PlacedColumn } from './flow.ts'
import { furnitureOf } from './furniture.ts'
import type { PdfPage, Turn } from './glyphs.ts'
import { type Line, linesOf } from './lines.ts'
import { openPdf, type Pdfium, startPdfium, whyGivenUp } from './pdfium.js'
import { readPage } from './read-page.ts'
import { typographyOf } from './typography.ts'

/** The largest PDF that is read. */
const MAX_BYTES = 50_000_000

/** The most pages and characters. The Bible has 4.5 million characters; 2,415 pages take 24 s. */
const MAX_PAGES = 3000
const MAX_CHARACTERS = 5_000_000

/** The share of characters without Unicode from which on a text is no text. */
const MAX_UNREADABLE = 0.05

/** PDF, read by PDFium. The text is that of its paragraphs, without running headers and footers. */
export const pdfExtractor: Extractor = {
  format: 'pdf',
  version: 1,
  extensions: ['.pdf'],
  maxBytes: MAX_BYTES,
  extract: async (bytes) => {
    const pdfium = await startPdfium()
    try {
      const document = openPdf(pdfium, bytes)
      const details = readDetails(pdfium, document)
      return { ...layOut(readPages(pdfium, document)), details }
    } catch (error) {
      throw whyGivenUp(pdfium, error)
    }
  },
}

function readPages(pdfium: Pdfium, document: number): PdfPage[] {
  const count = pdfium.call.FPDF_GetPageCount(document)
  if (count > MAX_PAGES) throw new Error(tooMany(count, 'pages', MAX_PAGES))
  const pages: PdfPage[] = []
  let characters = 0
  let unreadable = 0
  for (let i = 0; i < count; i++) {
    const { page, counts } = readPage(pdfium, document, i)
    characters += counts.characters
    unreadable += counts.unreadable
    if (characters > MAX_CHARACTERS) {
      throw new Error(`has more than ${MAX_CHARACTERS} characters; split it into several files`)
    }
    pages.push(page)
  }
  if (characters === 0) {
    throw new Error('is a scan without text; run OCR first, which adds the text to the PDF')
  }
  if (unreadable > MAX_UNREADABLE * characters) {
    throw new Error(
      'has fonts whose text cannot be read; save it with another program, or run OCR on it',
    )
  }
  return pages
}

function tooMany(count: number, what: string, maximum: number): string {
  return `has ${count} ${what}, and ${maximum} is the maximum; split it into several files`
}

function layOut(pages: readonly PdfPage[]): Omit<Extraction, 'details'> {
  const texts = pages.flatMap(({ texts: turned }, page) =>
    turned.map(({ turn, width, height, glyphs }) => {
      return { page, turn, width, height, lines: linesOf(glyphs) }
    }),
  )
  const { bodySize } = typographyOf(texts.map(({ lines }) => lines))
  const furniture = furnitureOfTurns(texts, bodySize)
  const columns = texts.flatMap(({ lines, ...on }): PlacedColumn[] => {
    const kept = lines.filter((line) => !furniture.has(line))
    return columnsOf(kept, on.width).map(({ lines: column, repaired }) => {
      return { lines: column, repaired, on }
    })
  })
  const typography = typographyOf(columns.map(({ lines }) => lines))
  return compose(draftsOf(columns, typography), pages)
}

function furnitureOfTurns(
  texts: readonly { turn: Turn; height: number; lines: readonly Line[] }[],
  bodySize: number,
): Set<Line> {
  const turns: readonly Turn[] = [0, 90, 180, 270]
  const found = turns.map((turn) =>
    furnitureOf(
      texts.filter((text) => text.turn === turn),
      bodySize,
    ),
  )
  return new Set(found.flatMap((lines) => Array.from(lines)))
}
