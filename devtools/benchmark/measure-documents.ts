import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { openPdf, startPdfium } from '../../index/documents/extractors/pdf/pdfium.js'
import { pdfExtractor } from '../../index/documents/extractors/pdf/pdf.ts'
import { answer } from '../../server/answer/answer-schema.ts'
import { type FootnoteProcess, startFootnote } from '../footnote-process.ts'
import { decimal, ms, seconds, shown } from '../measurements/figures.ts'
import type { Measure } from '../measures.ts'
import { percentile } from '../statistics.ts'
import { timed } from './times.ts'

const RUNS = 5

/** The pages whose pictures are asked for. */
const PICTURES = 5

/** Paragraphs of a document of about 20 pages. */
const PARAGRAPHS = 100

/** How often the question about the changed file is asked, in ms, and for how long. */
const ASK_EVERY_MS = 100
const ASK_FOR_MS = 60_000

/** Measures the reading of a PDF, the pictures of its pages, and how soon a changed file is answered from. */
export async function measureDocuments(file: string): Promise<Measure[]> {
  const reading = await measureReading(file)
  const folder = await mkdtemp(path.join(tmpdir(), 'footnote-benchmark-'))
  const documents = path.join(folder, 'documents')
  await mkdir(documents)
  const settings = {
    DOCUMENTS_DIR: documents,
    INDEX_DIR: path.join(folder, 'index'),
    DATA_DIR: path.join(folder, 'data'),
    WATCH: '1',
    RATE_LIMIT: '0',
  }
  let footnote: FootnoteProcess | undefined
  try {
    await copyFile(file, path.join(documents, 'measured.pdf'))
    await writeFile(path.join(documents, 'handbook.txt'), handbook('on Monday'))
    footnote = await startFootnote(settings)
    const pictures = await measurePictures(footnote.url)
    return [...reading, ...pictures, await measureChange(footnote.url, documents)]
  } finally {
    await footnote?.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

/** The rate of the extractor against PDFium alone, which reads each character with its box. */
async function measureReading(file: string): Promise<Measure[]> {
  const bytes = await readFile(file)
  const ratios: number[] = []
  for (let i = 0; i < RUNS; i += 1) {
    const bareMs = await timed(() => readBare(bytes))
    ratios.push(bareMs / (await timed(() => pdfExtractor.extract(bytes))))
  }
  const ratio = percentile(ratios, 0.5)
  return [
    {
      what: `reading ${path.basename(file)} / bare PDFium text calls, median of ${RUNS}`,
      value: shown`${decimal(ratio, 2)}`,
      target: '≥ 0.8',
      met: ratio >= 0.8,
    },
  ]
}

async function readBare(bytes: Buffer): Promise<void> {
  const pdfium = await startPdfium()
  const { call, callFast } = pdfium
  const document = openPdf(pdfium, bytes)
  const box = pdfium.allocate(16)
  for (let i = 0; i < call.FPDF_GetPageCount(document); i += 1) {
    const page = call.FPDF_LoadPage(document, i)
    const text = call.FPDFText_LoadPage(page)
    for (let at = 0; at < call.FPDFText_CountChars(text); at += 1) {
      callFast.FPDFText_GetUnicode(text, at)
      callFast.FPDFText_GetLooseCharBox(text, at, box)
    }
    call.FPDFText_ClosePage(text)
    call.FPDF_ClosePage(page)
  }
}

async function measurePictures(url: string): Promise<Measure[]> {
  const first: number[] = []
  const again: number[] = []
  for (let page = 1; page <= PICTURES; page += 1) {
    const get = async () => (await fetch(`${url}/documents/measured/pages/${page}`)).arrayBuffer()
    first.push(await timed(get))
    again.push(await timed(get))
  }
  const [firstMs, againMs] = [percentile(first, 0.5), percentile(again, 0.5)]
  return [
    {
      what: `the picture of a page, the first time, median of ${PICTURES}`,
      value: shown`${ms(firstMs)}`,
      target: '≤ 500 ms',
      met: firstMs <= 500,
    },
    {
      what: 'the same picture again',
      value: shown`${ms(againMs)}`,
      target: '≤ 20 ms',
      met: againMs <= 20,
    },
  ]
}

/** How long it takes from saving a file of 20 pages until it is answered from. */
async function measureChange(url: string, documents: string): Promise<Measure> {
  await writeFile(path.join(documents, 'handbook.txt'), handbook('on Thursday'))
  const changedMs = await timed(() => untilAnswered(url, 'on Thursday'))
  return {
    what: 'from saving a changed file of 20 pages to an answer from it',
    value: shown`${seconds(changedMs)}`,
    target: '≤ 5 s',
    met: changedMs <= 5000,
  }
}

async function untilAnswered(url: string, words: string): Promise<void> {
  const query = new URLSearchParams({ question: 'When is the boiler of the lighthouse inspected?' })
  for (const began = performance.now(); performance.now() - began < ASK_FOR_MS;) {
    const { quotes } = answer.parse(await (await fetch(`${url}/ask?${query.toString()}`)).json())
    if (quotes.some(({ text }) => text.includes(words))) return
    await setTimeout(ASK_EVERY_MS)
  }
  throw new Error(`the changed file was not answered from within ${ASK_FOR_MS / 1000} s`)
}

/** A text of 20 pages with one sentence that changes. */
function handbook(when: string): string {
  const paragraphs = Array.from({ length: PARAGRAPHS }, (_, i) =>
    [
      `Section ${i + 1} of the handbook concerns room ${i + 1} of the station.`,
      `Its windows are cleaned ${i + 2} times a year, and its lamp is changed after ${100 + i} nights.`,
      `Whoever works there signs the book of room ${i + 1}, and leaves the key number ${i + 7} at the gate.`,
    ].join(' '),
  )
  return `${paragraphs.join('\n\n')}\n\nThe boiler of the lighthouse is inspected ${when}.\n`
}
