import type { Format } from './extractor.ts'
import { ZipArchive } from './zip.ts'

/** A PDF may have other bytes before its own; readers look this far. */
const PDF_START_BYTES = 1024

/** How far HTML is looked for: comments may stand before it. */
const HTML_START_BYTES = 2048

/** How old Office files begin, and new ones with a password. */
const OLE = Buffer.from('d0cf11e0a1b11ae1', 'hex')

const ZIP_MIMETYPES: ReadonlyMap<string, Format> = new Map([
  ['application/epub+zip', 'epub'],
  ['application/vnd.oasis.opendocument.text', 'odt'],
  ['application/vnd.oasis.opendocument.text-template', 'odt'],
])

const HTML_START =
  /^(?:\uFEFF|\s|<\?xml[^>]*>|<!--(?:(?!-->)[\s\S])*-->)*<(?:!doctype\s+html|html|head|body|title|meta)[\s>]/i

/**
 * The format of a file by its first bytes, whatever its name says; null where they do not tell. Throws an `Error` whose message
 * completes "FILE …" where they are of a format that Footnote does not read.
 */
export function formatOfBytes(bytes: Buffer): Format | null {
  if (bytes.subarray(0, OLE.length).equals(OLE)) throw new Error(whatOldFile(bytes))
  if (bytes.subarray(0, 4).equals(Buffer.from('PK\x03\x04', 'latin1'))) return formatOfZip(bytes)
  const start = bytes.subarray(0, HTML_START_BYTES)
  if (start.subarray(0, 5).equals(Buffer.from('{\\rtf'))) {
    throw new Error('is an RTF file; save it as .docx')
  }
  // A page may well speak of PDF near its start.
  if (HTML_START.test(start.toString('utf8'))) return 'html'
  return bytes.subarray(0, PDF_START_BYTES).includes('%PDF-') ? 'pdf' : null
}

function formatOfZip(bytes: Buffer): Format | null {
  const archive = new ZipArchive(bytes)
  const mimetype = archive.has('mimetype')
    ? Buffer.from(archive.read('mimetype') ?? [])
        .toString('latin1')
        .trim()
    : ''
  const format = ZIP_MIMETYPES.get(mimetype)
  if (format) return format
  if (mimetype.startsWith('application/vnd.oasis.opendocument.')) {
    throw new Error('is an OpenDocument file, but no text document; save it as .odt or PDF')
  }
  const { names } = archive
  const hasFolder = (folder: string) => names.some((name) => name.startsWith(folder))
  if (archive.has('[Content_Types].xml')) {
    if (hasFolder('word/')) return 'docx'
    if (hasFolder('ppt/')) return 'pptx'
    if (hasFolder('xl/')) throw new Error('is a spreadsheet; save what it says as .docx or PDF')
  }
  if (archive.has('META-INF/container.xml')) return 'epub'
  if (archive.has('content.xml')) return 'odt'
  throw new Error('is a zip archive, but no document; unpack it')
}

function whatOldFile(bytes: Buffer): string {
  const has = (stream: string) => bytes.includes(Buffer.from(stream, 'utf16le'))
  if (has('EncryptedPackage')) return 'has a password; save it without one'
  if (has('WordDocument')) return 'is an old Word file; save it as .docx'
  if (has('PowerPoint Document')) return 'is an old PowerPoint file; save it as .pptx'
  return 'is an old Office file; save it as .docx or .pptx'
}
