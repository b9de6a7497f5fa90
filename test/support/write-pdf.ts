import { deflateSync } from 'node:zlib'

/** Text at a place on a page: points from the bottom left corner. */
export interface PdfText {
  readonly x: number
  readonly y: number
  readonly text: string
  readonly size?: number
  readonly bold?: boolean
  /** Drawn with neither fill nor outline, as OCR puts text over a scan. */
  readonly invisible?: boolean
}

export interface PdfOptions {
  readonly info?: string
  /** Entries of every page, such as `/Rotate 90`. */
  readonly pageEntries?: string
}

/** A PDF of pages of 400 by 500 points in Helvetica. */
export function writePdf(pages: readonly (readonly PdfText[])[], options: PdfOptions = {}): Buffer {
  return pdfOf(
    pages.map((texts) => Buffer.from(texts.map(drawing).join('\n'), 'latin1')),
    options,
  )
}

/** A PDF whose only page is drawn by `megabytes` of spaces, which take a thousandth of that in the file. */
export function writeBomb(megabytes: number): Buffer {
  const spaces = deflateSync(Buffer.alloc(megabytes * 1024 * 1024, ' '))
  return pdfOf([spaces], { streamEntries: '/Filter /FlateDecode' })
}

function drawing({ x, y, text, size = 10, bold = false, invisible = false }: PdfText): string {
  const escaped = text.replace(/[\\()]/g, String.raw`\$&`)
  return `BT /${bold ? 'B' : 'R'} ${size} Tf ${invisible ? 3 : 0} Tr ${x} ${y} Td (${escaped}) Tj ET`
}

function pdfOf(
  contents: readonly Buffer[],
  { info = '', pageEntries = '', streamEntries = '' }: PdfOptions & { streamEntries?: string },
): Buffer {
  const kids = contents.map((_, i) => `${6 + 2 * i} 0 R`).join(' ')
  const objects: (string | Buffer)[] = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Kids [${kids}] /Count ${contents.length} >>`,
    font('Helvetica'),
    font('Helvetica-Bold'),
    `<< ${info} >>`,
  ]
  contents.forEach((content, i) => {
    objects.push(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 500] ${pageEntries} /Contents ${7 + 2 * i} 0 R ` +
        '/Resources << /Font << /R 3 0 R /B 4 0 R >> >> >>',
      Buffer.concat([
        Buffer.from(`<< /Length ${content.length} ${streamEntries} >>\nstream\n`),
        content,
        Buffer.from('\nendstream'),
      ]),
    )
  })
  const parts = [Buffer.from('%PDF-1.7\n')]
  const offsets = objects.map((object, i) => {
    const offset = parts.reduce((sum, part) => sum + part.length, 0)
    parts.push(Buffer.from(`${i + 1} 0 obj\n`), Buffer.from(object), Buffer.from('\nendobj\n'))
    return `${String(offset).padStart(10, '0')} 00000 n \n`
  })
  const start = parts.reduce((sum, part) => sum + part.length, 0)
  const table = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${offsets.join('')}`
  const trailer = `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R /Info 5 0 R >>\n`
  return Buffer.concat([...parts, Buffer.from(`${table}${trailer}startxref\n${start}\n%%EOF\n`)])
}

function font(name: string): string {
  return `<< /Type /Font /Subtype /Type1 /BaseFont /${name} /Encoding /WinAnsiEncoding >>`
}
