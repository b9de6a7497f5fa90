import { expect, test } from 'vitest'
import { pdfExtractor } from '../../../index/documents/extractors/pdf/pdf.ts'
import { renderPage } from '../../../index/documents/extractors/pdf/render.ts'
import { parseInWorker } from '../../../index/documents/parse-in-worker.ts'
import { decodePlaces, rectanglesOf } from '../../../index/documents/places.ts'
import { type PdfText, writeBomb, writePdf } from '../../support/write-pdf.ts'

/** Lines below one another. */
function lines(x: number, top: number, texts: readonly string[], size = 10): PdfText[] {
  return texts.map((text, i) => ({ x, y: top - i * size * 1.2, text, size }))
}

async function blocksOf(pages: readonly (readonly PdfText[])[]): Promise<string[]> {
  const { text, blocks } = await pdfExtractor.extract(writePdf(pages))
  return blocks.map(({ role, start, end }) => `${role}: ${text.slice(start, end)}`)
}

const FILLER = lines(50, 440, [
  'The committee met in the old town hall on a cold day and',
  'spoke about the bridge, the school and the market square.',
])

test('the lines of a paragraph become one line', async () => {
  expect(await blocksOf([FILLER])).toEqual([
    'paragraph: The committee met in the old town hall on a cold day and spoke about the bridge, the school and the market square.',
  ])
})

test('a hyphen at the end of a line goes, unless the document writes the word with it', async () => {
  const text = lines(50, 440, [
    'Nobody knew who had paid for the bridge until the commit-',
    'tee asked. It was a well-known man, they said, a very well-',
    'known man indeed, and nobody else in the whole of the town.',
  ])
  expect(await blocksOf([text])).toEqual([
    'paragraph: Nobody knew who had paid for the bridge until the committee asked. It was a well-known man, they said, a very well-known man indeed, and nobody else in the whole of the town.',
  ])
})

test('an address keeps its hyphens where a line ends, and gets no space', async () => {
  const text = lines(50, 440, [
    'Its report is at http://bridge.example/files/2018%20-',
    '%20035%20-%20Final/the-report-of-the-committee-of-PK-',
    'LQP.pdf, and nobody has read it to this day, they say.',
  ])
  const address =
    'http://bridge.example/files/2018%20-%20035%20-%20Final/the-report-of-the-committee-of-PK-LQP.pdf'
  expect(await blocksOf([text])).toEqual([
    `paragraph: Its report is at ${address}, and nobody has read it to this day, they say.`,
  ])
})

const LEFT = Array.from({ length: 12 }, (_, i) => `Left line ${i + 1} goes on and on`)
const RIGHT = Array.from({ length: 12 }, (_, i) => `right line ${i + 1} goes on and on`)

test('columns are read one after the other, even where the file goes across them', async () => {
  const left = lines(40, 440, LEFT)
  const right = lines(220, 440, RIGHT)
  const across = left.flatMap((line, i) => [line, right[i] ?? line])
  const text = [...LEFT, ...RIGHT].join(' ')
  expect(await blocksOf([[...left, ...right]])).toEqual([`paragraph: ${text}`])
  expect(await blocksOf([across])).toEqual([`paragraph: ${text}`])
})

test('nothing is quoted over the border of two columns whose order had to be found', async () => {
  const left = lines(40, 440, LEFT)
  const right = lines(220, 440, RIGHT)
  const across = left.flatMap((line, i) => [line, right[i] ?? line])
  const { text, blocks } = await pdfExtractor.extract(writePdf([across]))
  const parts = blocks.flatMap((block) => ('parts' in block ? block.parts : []))
  expect(parts.map(({ start, end }) => text.slice(start, end))).toEqual([
    LEFT.join(' '),
    RIGHT.join(' '),
  ])
})

function numberedPage(number: number): PdfText[] {
  return [
    { x: 50, y: 480, text: `The bridge of the town, part ${number}` },
    ...FILLER,
    { x: 190, y: 20, text: String(number) },
  ]
}

test('running headers, footers and page numbers are left out', async () => {
  const { text, pages } = await pdfExtractor.extract(writePdf([1, 2, 3, 4].map(numberedPage)))
  expect(text).not.toContain('part')
  expect(text).not.toMatch(/\d/)
  expect(pages.map(({ number }) => number)).toEqual([1, 2, 3, 4])
})

test('a note at the foot of a page does not break the sentence that goes on over the page', async () => {
  const first = [
    ...lines(50, 440, [
      'The committee met in the old town hall on a cold day and',
      'spoke about the bridge, the school and the market square',
    ]),
    ...lines(50, 60, ['1 The minutes of the meeting are lost.'], 7),
  ]
  const second = lines(50, 440, [
    'until late at night. Nobody left before the vote was taken,',
    'and nobody said afterwards how it had been taken at all.',
  ])
  const found = await blocksOf([first, second])
  expect(found).toEqual([
    expect.stringContaining('the market square until late at night.'),
    'note: 1 The minutes of the meeting are lost.',
  ])
})

test('large and bold lines are headings, the larger ones on the higher level', async () => {
  const page: PdfText[] = [
    { x: 50, y: 470, text: 'The bridge', size: 18 },
    ...FILLER,
    { x: 50, y: 400, text: 'Its builders', bold: true },
    ...lines(50, 380, ['The builders came from far away and stayed for two years.']),
  ]
  const { blocks } = await pdfExtractor.extract(writePdf([page]))
  const headings = blocks.filter((block) => block.role === 'heading')
  expect(headings.map(({ text, level }) => [text, level])).toEqual([
    ['The bridge', 1],
    ['Its builders', 2],
  ])
})

test('a row stays a row where a long word leaves a narrow gap to the next cell', async () => {
  const kinds = lines(50, 440, ['list', 'expression', 'closure'])
  const modes = lines(110, 440, ['vector', 'pairs', 'call'])
  const rows = kinds.flatMap((kind, i) => [kind, modes[i] ?? kind])
  expect(await blocksOf([rows])).toEqual(['table: list vector\nexpression pairs\nclosure call'])
})

test('a raised digit stays a raised digit', async () => {
  const page: PdfText[] = [
    { x: 50, y: 440, text: 'It has 10' },
    { x: 91.13, y: 444, text: '6', size: 6 },
    { x: 97, y: 440, text: 'stones in all its arches.' },
  ]
  expect(await blocksOf([page])).toEqual(['paragraph: It has 10⁶ stones in all its arches.'])
})

test('text that nobody sees is left out, but kept where OCR has put it over a scan', async () => {
  const hidden = { x: 50, y: 300, text: 'Hidden words', invisible: true }
  const outside = { x: 900, y: 300, text: 'Words outside' }
  expect((await blocksOf([[...FILLER, hidden, outside]])).join()).not.toContain('ords')
  expect(await blocksOf([[hidden]])).toEqual(['paragraph: Hidden words'])
})

async function rectangle(pageEntries: string) {
  const bytes = writePdf([[{ x: 100, y: 400, text: 'Bridge' }]], { pageEntries })
  const { text, pages } = await pdfExtractor.extract(bytes)
  const lined = decodePlaces(pages[0]?.places ?? Buffer.of())
  return { size: pages[0]?.size, found: rectanglesOf(lined, { start: 0, end: text.length }) }
}

test('places are those of the page as it is displayed', async () => {
  const upright = await rectangle('')
  expect(upright.size).toEqual({ width: 400, height: 500 })
  expect(upright.found).toEqual([{ x: 100, y: 92.5, width: expect.closeTo(28.9, 1), height: 9.7 }])
  const cropped = await rectangle('/CropBox [50 300 350 450]')
  expect(cropped.size).toEqual({ width: 300, height: 150 })
  expect(cropped.found).toEqual([{ x: 50, y: 42.5, width: expect.closeTo(28.9, 1), height: 9.7 }])
  const turned = await rectangle('/Rotate 90')
  expect(turned.size).toEqual({ width: 500, height: 400 })
  // The text runs down: 400 points above the bottom are 400 from the left.
  expect(turned.found.every(({ x, y }) => x > 390 && x < 410 && y >= 100 && y < 135)).toBe(true)
  expect(turned.found.length).toBeGreaterThan(0)
})

test('title, author and date come from the metadata, but no title that is the name of a file', async () => {
  const info = '/Title (The Bridge) /Author (A. Builder) /CreationDate (D:20240103120000Z)'
  const { details } = await pdfExtractor.extract(writePdf([FILLER], { info }))
  expect(details).toMatchObject({ title: 'The Bridge', author: 'A. Builder', date: '2024-01-03' })
  const unnamed = writePdf([FILLER], { info: '/Title (Microsoft Word - bridge.doc)' })
  expect((await pdfExtractor.extract(unnamed)).details.title).toBeNull()
})

test('what cannot be read says why', async () => {
  await expect(pdfExtractor.extract(Buffer.from('no PDF'))).rejects.toThrow(/^is not a PDF/)
  await expect(pdfExtractor.extract(writePdf([[]]))).rejects.toThrow(/^is a scan without text/)
  const many = writePdf(Array.from({ length: 3001 }, () => []))
  await expect(pdfExtractor.extract(many)).rejects.toThrow(/^has 3001 pages/)
})

const file = { id: 'bomb', name: 'bomb.pdf', path: '', format: 'pdf' } as const

test('a file that unpacks to more than its memory is refused, and the next one is read', async () => {
  await expect(
    parseInWorker(file, { bytes: writeBomb(700), yaml: null, hash: 'hash' }, 60_000),
  ).rejects.toThrow(/^(?:takes more than 512 MB|is damaged|is a scan without text)/)
  const read = await parseInWorker(
    file,
    { bytes: writePdf([FILLER]), yaml: null, hash: 'hash' },
    60_000,
  )
  expect(read.passages).toHaveLength(1)
})

test('a file that takes too long is stopped', async () => {
  await expect(
    parseInWorker(file, { bytes: writePdf([FILLER]), yaml: null, hash: 'hash' }, 1),
  ).rejects.toThrow(/^takes more than/)
})

test('mutated files give a document or a reason', async () => {
  const whole = writePdf([FILLER, FILLER])
  for (let seed = 0; seed < 200; seed++) {
    const bytes = Buffer.from(whole)
    for (let i = 0; i < 5; i++)
      bytes[(seed * 7919 + i * 104_729) % bytes.length] = (seed * 31 + i) % 256
    const outcome = await pdfExtractor.extract(bytes).then(
      ({ text }) => text,
      (error: unknown) => String(error),
    )
    expect(outcome).not.toMatch(/RuntimeError|TypeError|RangeError/)
  }
})

test('a page is drawn as a PNG of so many pixels', async () => {
  const png = await renderPage(writePdf([FILLER]), 1, { maxPixels: 100_000 })
  expect(png.subarray(1, 4).toString()).toBe('PNG')
  const { width, height } = sizeOf(png)
  expect(width * height).toBeLessThanOrEqual(100_000)
  expect(width * height).toBeGreaterThan(95_000)
})

test.each([
  ['as it is', '', { width: 400, height: 500 }],
  ['turned', '/Rotate 90', { width: 500, height: 400 }],
  ['cropped', '/CropBox [50 100 350 200]', { width: 300, height: 100 }],
  ['cropped and turned', '/CropBox [50 100 350 200] /Rotate 270', { width: 100, height: 300 }],
])('the picture of a page has the form of the page: %s', async (_, pageEntries, size) => {
  const bytes = writePdf([[{ x: 100, y: 150, text: 'Bridge' }]], { pageEntries })
  expect((await pdfExtractor.extract(bytes)).pages[0]?.size).toEqual(size)
  const pixels = size.width * size.height
  expect(sizeOf(await renderPage(bytes, 1, { maxPixels: pixels }))).toEqual(size)
})

test('a page that cannot be drawn says why', async () => {
  const bytes = writePdf([FILLER])
  const options = { maxPixels: 1000 }
  await expect(renderPage(bytes, 0, options)).rejects.toThrow('has no page 0')
  await expect(renderPage(bytes, 2, options)).rejects.toThrow('has no page 2')
  await expect(renderPage(Buffer.from('no PDF'), 1, options)).rejects.toThrow(/^is not a PDF/)
  await expect(renderPage(bytes, 1, { maxPixels: 1000, timeoutMs: 1 })).rejects.toThrow(
    /^has a page that takes more than/,
  )
})

test('the time of a page does not count the pages drawn before it', async () => {
  const options = { maxPixels: 10_000, timeoutMs: 3000 }
  const bytes = writePdf([FILLER])
  const drawn = await Promise.all(Array.from({ length: 15 }, () => renderPage(bytes, 1, options)))
  expect(drawn).toHaveLength(15)
}, 60_000)

function sizeOf(png: Buffer) {
  return { width: png.readUInt32BE(16), height: png.readUInt32BE(20) }
}
