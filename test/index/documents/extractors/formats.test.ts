import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseDocument } from '../../../../index/documents/document.ts'
import { extractorFor } from '../../../../index/documents/extractors/formats.ts'
import { listSourceFiles, readSourceFile } from '../../../../index/documents/source-files.ts'
import {
  docxOf,
  epubOf,
  odtOf,
  pptxOf,
  shapeOf,
  wordParagraph,
  zipOf,
} from '../../../support/office-files.ts'
import { temporaryFolder, writeFiles } from '../../../support/temporary.ts'

const DOCX = docxOf(wordParagraph('Owls fly.'))
const ODT = odtOf('<text:p>Owls fly.</text:p>')
const PPTX = pptxOf([{ shapes: shapeOf(['Owls fly.']) }])
const HTML = Buffer.from('<!-- saved --><!DOCTYPE html><p>Owls fly.</p>')
const EPUB = epubOf(['<p>Owls fly.</p>'])
const OLE = Buffer.from('d0cf11e0a1b11ae1', 'hex')
const ole = (stream: string) => Buffer.concat([OLE, Buffer.from(stream, 'utf16le')])

/** The document that a file becomes, read as builds read it. */
async function read(name: string, bytes: Buffer) {
  const folder = await temporaryFolder()
  await writeFiles(folder, { [name]: bytes })
  const [file] = (await listSourceFiles(folder)).files
  if (!file) throw new Error(`${name} is not listed`)
  const { bytes: found, hash } = await readSourceFile(file)
  return parseDocument(file, found, hash)
}

test.each(['.docx', '.odt', '.pptx', '.html', '.htm', '.xhtml', '.epub', '.DOCX'])(
  'files that end in %s are read',
  (ending) => {
    expect(extractorFor(`a${ending}`)).not.toBeNull()
  },
)

describe('the first bytes decide what a file is', () => {
  test.each([
    ['docx', DOCX],
    ['odt', ODT],
    ['pptx', PPTX],
    ['html', HTML],
    ['epub', EPUB],
  ])('also where the ending is another one: %s', async (format, bytes) => {
    for (const name of ['a.docx', 'a.odt', 'a.pptx', 'a.html', 'a.epub']) {
      expect(await read(name, bytes)).toMatchObject({ format, text: 'Owls fly.', file: name })
    }
  })

  test.each([
    ['an old Word file', ole('WordDocument'), /^is an old Word file; save it as \.docx$/],
    [
      'an old PowerPoint file',
      ole('PowerPoint Document'),
      /^is an old PowerPoint file; save it as \.pptx$/,
    ],
    ['a file with a password', ole('EncryptedPackage'), /^has a password; save it without one$/],
    ['another old file', ole('Workbook'), /^is an old Office file/],
    ['RTF', Buffer.from('{\\rtf1 Owls}'), /^is an RTF file; save it as \.docx$/],
    [
      'a spreadsheet',
      zipOf({ '[Content_Types].xml': 'x', 'xl/workbook.xml': 'x' }),
      /^is a spreadsheet/,
    ],
    [
      'a drawing',
      zipOf({ mimetype: 'application/vnd.oasis.opendocument.graphics' }),
      /^is an OpenDocument file, but no text/,
    ],
    ['an archive', zipOf({ 'a.txt': 'x' }), /^is a zip archive, but no document; unpack it$/],
    ['noise', Buffer.from('owls'), /^is damaged and cannot be unpacked; save it again$/],
    ['nothing', Buffer.alloc(0), /^is damaged and cannot be unpacked; save it again$/],
  ])('and refuse %s', async (_, bytes, reason) => {
    await expect(read('a.docx', bytes)).rejects.toThrow(reason)
  })

  test('and a page that speaks of PDF is none', async () => {
    const html = Buffer.from('<!doctype html><title>x</title><p>Files begin with %PDF-1.4.')
    expect(await read('a.html', html)).toMatchObject({ format: 'html' })
  })

  test('at once, however many comments stand first', async () => {
    const html = Buffer.from(`${'<!---->'.repeat(280)}Owls`)
    expect(await read('a.html', html)).toMatchObject({ text: 'Owls' })
  })

  test('but not of text and Markdown', async () => {
    expect(await read('a.md', Buffer.from('<html> owls'))).toMatchObject({ format: 'markdown' })
    expect(await read('a.txt', Buffer.from('%PDF- owls'))).toMatchObject({ format: 'plain' })
  })

  test('and the hash is that of the format that was read', async () => {
    const folder = await temporaryFolder()
    await writeFiles(folder, { 'a.docx': ODT })
    const [file] = (await listSourceFiles(folder)).files
    expect(file).toMatchObject({ name: 'a.docx', format: 'docx' })
    const named = { id: 'a', name: 'a.docx', path: path.join(folder, 'a.docx') }
    const hashes = await Promise.all(
      (['docx', 'odt', 'epub'] as const).map(async (format) => {
        return (await readSourceFile({ ...named, format })).hash
      }),
    )
    expect(new Set(hashes).size).toBe(1)
  })
})
