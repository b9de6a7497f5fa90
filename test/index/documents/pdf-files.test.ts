import { describe, expect, test } from 'vitest'
import { compareTexts } from '../../../devtools/evaluation/compare-texts.ts'
import type { Extraction } from '../../../index/documents/extractors/extractor.ts'
import { pdfExtractor } from '../../../index/documents/extractors/pdf/pdf.ts'
import { openPdf, startPdfium } from '../../../index/documents/extractors/pdf/pdfium.js'
import { decodePlaces, rectanglesOf } from '../../../index/documents/places.ts'
import { languageOf } from '../../../index/language/languages.ts'
import type { Span } from '../../../index/span.ts'
import { splitBlocks } from '../../../index/splitting/split.ts'
import { formatFile, formatPath } from '../../support/format-files.ts'

const QUOTES = 200

/** Of these files, the share of quotes whose rectangles hold exactly their letters; the rest are raised marks and accents. */
const READABLE: readonly [string, number][] = [
  ['federal-register-2020-17221.pdf', 0.99],
  ['i1040nr.pdf', 0.99],
  ['multicolumn.pdf', 1],
  ['amt_handbook_sample.pdf', 1],
  ['dmca.pdf', 0.96],
  ['R-lang.pdf', 0.98],
]

describe.each(READABLE)('%s', (name, share) => {
  const bytes = formatFile(name)

  test.skipIf(bytes === null)('has blocks and parts in order, inside the text', async () => {
    const { text, blocks, pages } = await pdfExtractor.extract(bytes ?? Buffer.of())
    const parts = blocks.flatMap((block) => ('parts' in block ? block.parts : []))
    expect(areInOrder(blocks, text.length)).toBe(true)
    expect(areInOrder(parts, text.length)).toBe(true)
    expect(pages.every(({ start, end }) => start <= end && end <= text.length)).toBe(true)
    const again = await pdfExtractor.extract(bytes ?? Buffer.of())
    expect(again).toEqual({ text, blocks, pages, details: again.details })
  })

  test.skipIf(bytes === null)('has the letters of quotes under their rectangles', async () => {
    const file = bytes ?? Buffer.of()
    const extraction = await pdfExtractor.extract(file)
    const quotes = someSentences(extraction)
    const textUnder = await lettersUnder(file, extraction)
    const exact = quotes.filter((quote) => {
      return textUnder(quote) === letters(extraction.text.slice(quote.start, quote.end))
    })
    expect(exact.length / quotes.length).toBeGreaterThanOrEqual(share)
  })
})

// The rest differ in print: "see page 17", marks of notes, and rows of tables.
describe('of one manual, as a PDF and as a web page,', () => {
  const printed = formatPath('R-lang.pdf')
  const web = formatPath('R-lang.html')

  test.skipIf(printed === null || web === null).each([
    ['of the web page stand in the PDF', web, printed],
    ['of the PDF stand in the web page', printed, web],
  ])('97 %% of the sentences %s', async (what, from, other) => {
    const { sentences, found } = await compareTexts(from ?? '', other ?? '')
    process.stderr.write(`${((100 * found) / sentences).toFixed(1)} % of the sentences ${what}\n`)
    expect(sentences).toBeGreaterThan(1000)
    expect(found / sentences).toBeGreaterThanOrEqual(0.97)
  })
})

const ORDERED: readonly [string, string][] = [
  [
    'federal-register-2020-17221.pdf',
    'Submissions containing CBI should be sent to the person identified in the FOR FURTHER INFORMATION CONTACT section.',
  ],
  [
    'i1040nr.pdf',
    'You are considered a U.S. resident if you meet the substantial presence test for 2007.',
  ],
  [
    'i1040nr.pdf',
    'If you benefit from these provisions, you may have to pay a minimum amount of tax',
  ],
  ['multicolumn.pdf', 'Vivamus viverra fermentum felis. Donec nonummy pellentesque ante.'],
  [
    'amt_handbook_sample.pdf',
    'The wing type that is the most common ranges in size for No. 6 up to 1⁄4 inch,',
  ],
  ['right_to_left_01.pdf', 'تحسين الإنتاجية وحل المشكلات من خلال البرمجة بلغة R و Python'],
]

describe.each(ORDERED)('%s', (name, sentence) => {
  const bytes = formatFile(name)

  test.skipIf(bytes === null)(`has in one piece: ${sentence}`, async () => {
    expect((await pdfExtractor.extract(bytes ?? Buffer.of())).text).toContain(sentence)
  })
})

const REFUSED: readonly [string, RegExp][] = [
  ['testOCR.pdf', /^is a scan without text; run OCR first/],
  ['libreoffice-writer-password.pdf', /^has a password/],
  ['ThuluthFeatures.pdf', /^has fonts whose text cannot be read/],
]

describe.each(REFUSED)('%s', (name, reason) => {
  const bytes = formatFile(name)

  test.skipIf(bytes === null)('is refused', async () => {
    await expect(pdfExtractor.extract(bytes ?? Buffer.of())).rejects.toThrow(reason)
  })
})

function areInOrder(spans: readonly Span[], length: number): boolean {
  return spans.every(({ start, end }, i) => {
    return start >= (spans[i - 1]?.end ?? 0) && start < end && end <= length
  })
}

function someSentences({ text, blocks }: Extraction): Span[] {
  const passages = splitBlocks(text, blocks, languageOf('en'))
  const sentences = passages.flatMap((passage) => passage.sentences)
  const step = Math.max(1, Math.floor(sentences.length / QUOTES))
  return sentences.filter((_, i) => i % step === 0)
}

function letters(text: string): string {
  return text.normalize('NFKC').replace(/[^\p{L}\p{N}]/gu, '')
}

/** What PDFium finds in the middle of a quote's rectangles; of pages that are not turned. */
async function lettersUnder(
  bytes: Buffer,
  { pages }: Extraction,
): Promise<(quote: Span) => string> {
  const pdfium = await startPdfium()
  const document = openPdf(pdfium, bytes)
  const opened = pages.map(({ places }, i) => {
    const page = pdfium.call.FPDF_LoadPage(document, i)
    const box = pdfium.allocate(16)
    pdfium.call.FPDF_GetPageBoundingBox(page, box)
    const left = pdfium.memory().getFloat32(box, true)
    const top = pdfium.memory().getFloat32(box + 4, true)
    const lined = places ? decodePlaces(places) : []
    return { text: pdfium.call.FPDFText_LoadPage(page), left, top, lined }
  })
  const room = pdfium.allocate(20_000)
  return (quote) => {
    const found = opened.flatMap(({ text, left, top, lined }) => {
      return rectanglesOf(lined, quote).map(({ x, y, width, height }) => {
        const count = pdfium.call.FPDFText_GetBoundedText(
          text,
          left + x + 0.3,
          top - y - 0.35 * height,
          left + x + width - 0.3,
          top - y - 0.7 * height,
          room,
          10_000,
        )
        const written = new Uint8Array(pdfium.memory().buffer, room, Math.max(0, count) * 2)
        return new TextDecoder('utf-16le').decode(written).replace(/\0/g, '')
      })
    })
    return letters(found.join(''))
  }
}
