import { strToU8, zipSync } from 'fflate'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Extraction, Extractor } from '../../../../index/documents/extractors/extractor.ts'
import { docxExtractor } from '../../../../index/documents/extractors/docx.ts'
import { epubExtractor } from '../../../../index/documents/extractors/epub.ts'
import { extractorOfBytes } from '../../../../index/documents/extractors/formats.ts'
import { htmlExtractor } from '../../../../index/documents/extractors/html.ts'
import { odtExtractor } from '../../../../index/documents/extractors/odt.ts'
import { pptxExtractor } from '../../../../index/documents/extractors/pptx.ts'
import { expectSound } from '../../../support/extractions.ts'
import {
  docxOf,
  epubOf,
  linksOf,
  odtOf,
  pptxOf,
  shapeOf,
  wordParagraph,
  wordTable,
  zipOf,
} from '../../../support/office-files.ts'

const HTML = `<html lang=en><title>Owls</title><main><h1>Owls</h1><p>Owls <b>fly</b> at night<sup>2</sup>.<ul><li>One<li>Two</ul>
<table><tr><th>Year<th>Sales<tr><td>2019<td rowspan=2>5</table><dl><dt>owl<dd>A bird.</dl><pre>code</pre></main>`

const FILES: readonly (readonly [string, Extractor, Buffer])[] = [
  [
    'docx',
    docxExtractor,
    docxOf(
      wordParagraph('Owls', '<w:outlineLvl w:val="0"/>') +
        wordParagraph('Owls fly at night.') +
        wordTable([[wordParagraph('Year'), wordParagraph('5')]]),
      { core: '<dc:title>Owls</dc:title>' },
    ),
  ],
  [
    'odt',
    odtExtractor,
    odtOf('<text:h text:outline-level="1">Owls</text:h><text:p>They fly.</text:p>'),
  ],
  [
    'pptx',
    pptxExtractor,
    pptxOf([{ shapes: shapeOf(['Owls'], 'title') + shapeOf(['They fly.']), notes: 'Note.' }]),
  ],
  ['epub', epubExtractor, epubOf([HTML, '<p>Ducks swim.</p>'], '<dc:title>Owls</dc:title>')],
  ['html', htmlExtractor, Buffer.from(HTML)],
]

const LINE = /^(?:is|has|needs|takes) .{5,150}$/

/** Expects a sound document, or a clear line where the file is refused. */
async function expectDocumentOrLine(extractor: Extractor, bytes: Buffer): Promise<void> {
  const { extraction, line } = await attempt(extractor, bytes)
  expect(line ?? 'is a document').toMatch(LINE)
  if (extraction) expectSound(extraction)
}

async function attempt(
  extractor: Extractor,
  bytes: Buffer,
): Promise<{ extraction?: Extraction; line?: string }> {
  try {
    return { extraction: await extractorOfBytes(extractor.format, bytes).extract(bytes) }
  } catch (error) {
    return { line: error instanceof Error ? error.message : 'no Error' }
  }
}

/** A Word file with these bytes as its text. */
function withText(xml: string | Uint8Array): Buffer {
  return zipOf({
    '[Content_Types].xml': 'x',
    '_rels/.rels': linksOf({ officeDocument: 'word/document.xml' }),
    'word/document.xml': xml,
  })
}

describe.each(FILES)('a damaged %s file', (_, extractor, bytes) => {
  test('is a document or a clear line', async () => {
    const change = fc.record({
      at: fc.nat(bytes.length - 1),
      to: fc.nat(255),
      cut: fc.integer({ min: 0, max: 40 }),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
        let damaged = Buffer.from(bytes)
        for (const { at, to, cut } of changes) {
          damaged[at % damaged.length] = to
          if (cut > 30) {
            damaged = Buffer.concat([damaged.subarray(0, at), damaged.subarray(at + cut)])
          }
        }
        await expectDocumentOrLine(extractor, damaged)
      }),
      { numRuns: 300, seed: 1 },
    )
  })

  test('cut off anywhere is a document or a clear line', async () => {
    for (let length = 0; length < bytes.length; length += Math.ceil(bytes.length / 50)) {
      await expectDocumentOrLine(extractor, bytes.subarray(0, length))
    }
  })

  test('gives the same text twice', async () => {
    expect(await extractor.extract(bytes)).toEqual(await extractor.extract(bytes))
  })
})

describe('damaged XML', () => {
  const inside = fc.stringMatching(
    /^(?:<\/?w:(?:p|r|t|tbl|tr|tc|pPr|ins|del|sdt)\/?>|[a-z .]){0,40}$/,
  )

  test('is a document or a clear line', async () => {
    await fc.assert(
      fc.asyncProperty(inside, async (body) => {
        await expectDocumentOrLine(docxExtractor, docxOf(body))
      }),
      { numRuns: 300, seed: 1 },
    )
  })
})

test('any HTML is a document with spans in order', async () => {
  const tag = fc.constantFrom(
    ...'p b sup a table tr td th thead ul ol li dl dt dd pre h1 h3 div section form math mi blockquote caption br select svg template'.split(
      ' ',
    ),
  )
  const piece = fc.oneof(
    tag.map((name) => `<${name}>`),
    tag.map((name) => `</${name}>`),
    fc.constantFrom(
      'Owls fly. ',
      '2019',
      ' ',
      '\u00A0',
      '\u00AD',
      '•',
      '<td colspan=999 rowspan=9>',
      '<a href="#x">1</a>',
    ),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 60 }), async (pieces) => {
      expectSound(await htmlExtractor.extract(Buffer.from(pieces.join(''))))
    }),
    { numRuns: 1000, seed: 1 },
  )
})

describe('a bomb is a clear line', () => {
  test('of 60 MB in a few kB', async () => {
    const bytes = withText(new Uint8Array(60_000_000))
    expect(bytes.length).toBeLessThan(100_000)
    await expect(docxExtractor.extract(bytes)).rejects.toThrow(
      /^has more than 50 MB when it is unpacked/,
    )
  })

  test('that lies about its size', async () => {
    const bytes = withText(new Uint8Array(60_000_000).fill(0x20))
    const size = Buffer.alloc(4)
    size.writeUInt32LE(60_000_000)
    const small = Buffer.from([100, 0, 0, 0])
    for (let at = bytes.indexOf(size); at !== -1; at = bytes.indexOf(size)) small.copy(bytes, at)
    await expect(docxExtractor.extract(bytes)).rejects.toThrow(/^is damaged/)
  })

  test('of many chapters that are small alone', async () => {
    const chapter = `<p>${'a'.repeat(9_000_000)}</p>`
    await expect(
      epubExtractor.extract(epubOf(Array.from({ length: 6 }, () => chapter))),
    ).rejects.toThrow(/^has more than 50 MB when it is unpacked/)
  })

  test('of very many entries', async () => {
    const entries = Object.fromEntries(
      Array.from({ length: 20_001 }, (_, i) => [`${i}`, new Uint8Array(0)]),
    )
    const bytes = Buffer.from(zipSync(entries, { level: 0 }))
    await expect(docxExtractor.extract(bytes)).rejects.toThrow(
      /^has more than 20000 files packed in it/,
    )
  })

  test('of more text than a document may have', async () => {
    await expect(
      htmlExtractor.extract(Buffer.from('<p>owls fly</p>'.repeat(600_000))),
    ).rejects.toThrow(/^has more than 5 million characters of text; split it/)
  })

  test('of a table that repeats the names of its columns', async () => {
    const names = Array.from({ length: 500 }, () => `<th>${'name '.repeat(19)}`).join('')
    const row = `<tr>${'<td>1'.repeat(500)}`
    await expect(
      htmlExtractor.extract(Buffer.from(`<table><tr>${names}${row.repeat(2000)}</table>`)),
    ).rejects.toThrow(/^has more than 5 million characters/)
  })
})

test.each([
  '<!DOCTYPE w:document [<!ENTITY a "owls">]>',
  '<!DOCTYPE w:document SYSTEM "file:///etc/passwd">',
])('XML with a document type is refused: %s', async (doctype) => {
  const xml = `${doctype}<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>&a;</w:t></w:r></w:p></w:body></w:document>`
  const bytes = zipOf({
    '_rels/.rels': linksOf({ officeDocument: 'word/document.xml' }),
    'word/document.xml': xml,
  })
  await expect(docxExtractor.extract(bytes)).rejects.toThrow(/^has XML with a document type/)
})

test('names and links that lead out of an archive lead nowhere', async () => {
  const bytes = Buffer.from(
    zipSync({
      '_rels/.rels': strToU8(linksOf({ officeDocument: '../../../../etc/passwd' })),
      '../../../../etc/passwd': strToU8('<x/>'),
    }),
  )
  await expect(docxExtractor.extract(bytes)).rejects.toThrow(
    /^is damaged: its main part is missing/,
  )
})

describe('100,000 elements in each other', () => {
  test.each(['div', 'span', 'b', 'ul><li', 'blockquote', 'section', 'sup', 'a', 'dl><dd'])(
    'are a document in HTML: %s',
    async (tags) => {
      const html = `<body>${`<${tags}>`.repeat(tags.includes('>') ? 10_000 : 100_000)}Owls fly.`
      expect((await htmlExtractor.extract(Buffer.from(html))).text).toContain('Owls fly.')
    },
  )

  test('are left out of a formula', async () => {
    const html = `<p>Owls fly.</p><math>${'<mrow>'.repeat(10_000)}<mi>x</mi></math>`
    expect((await htmlExtractor.extract(Buffer.from(html))).text).toBe('Owls fly.')
  })

  test('are a clear line in HTML where they are tables', async () => {
    const html = '<table><tr><td>'.repeat(10_000)
    await expect(htmlExtractor.extract(Buffer.from(html))).rejects.toThrow(
      /^has more than 50 tables in each other/,
    )
  })

  test('are a clear line in XML', async () => {
    const deep = '<w:ins>'.repeat(100_000) + '</w:ins>'.repeat(100_000)
    await expect(docxExtractor.extract(docxOf(deep))).rejects.toThrow(
      /^is nested more than 500 deep/,
    )
  })

  test('are a document in XML up to 500, also of tables', async () => {
    const open = '<w:tbl><w:tr><w:tc>'.repeat(150)
    const close = '</w:tc></w:tr></w:tbl>'.repeat(150)
    const body = `${open}${wordParagraph('Owls fly.')}${close}`
    expect((await docxExtractor.extract(docxOf(body))).text).toBe('Owls fly.')
  })
})
