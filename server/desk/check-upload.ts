import { open, readFile } from 'node:fs/promises'
import path from 'node:path'
import { extractorFor, EXTENSIONS, isText } from '../../index/documents/extractors/formats.ts'
import { formatOfBytes } from '../../index/documents/extractors/signatures.ts'
import { PARSE_TIMEOUT_MS, parseInWorker } from '../../index/documents/parse-in-worker.ts'
import { documentId } from '../../index/documents/source-files.ts'
import { FootnoteError } from '../../index/errors.ts'

/** How much of a text is looked at. A picture or an archive has NUL characters within this. */
const TEXT_START_BYTES = 4096

/** Formats that are archives. Their size says nothing of what is in them. */
const ARCHIVES: ReadonlySet<string> = new Set(['docx', 'odt', 'pptx', 'epub'])

/** The largest file that is read of those with this name, in bytes. Throws `upload-refused` where none is read. */
export function largestFor(name: string): number {
  const extractor = extractorFor(name)
  if (extractor) return extractor.maxBytes
  throw new FootnoteError(
    'upload-refused',
    `Files with this ending are not read. These are: ${EXTENSIONS.join(', ')}.`,
  )
}

/**
 * Checks by its bytes that a file is what its name says, or another format that is read. An archive is read as the build of the
 * index will read it; of other files, the build says more. Throws `upload-refused`.
 */
export async function checkUpload(file: string, name: string): Promise<void> {
  const reason = await whyNot(file, name)
  if (reason !== null) throw new FootnoteError('upload-refused', `${name} ${reason}.`)
}

/** Why a file is not taken, as the end of a sentence about it; null where it is. */
async function whyNot(file: string, name: string): Promise<string | null> {
  const named = extractorFor(name)?.format
  if (named === undefined) return 'has an ending that is not read'
  if (isText(named)) return whyNotText(await startOf(file))
  const bytes = await readFile(file)
  try {
    const format = formatOfBytes(bytes) ?? (named === 'html' ? 'html' : null)
    if (format === null) return `is damaged, or no ${path.extname(name).slice(1)} file`
    if (!ARCHIVES.has(format)) return null
    const source = { id: documentId(name), name, path: file, format: named }
    await parseInWorker(source, { bytes, yaml: null, hash: '' }, PARSE_TIMEOUT_MS)
    return null
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

function whyNotText(start: Buffer): string | null {
  if (start.subarray(0, 5).toString('latin1') === '%PDF-') return 'is a PDF; name it .pdf'
  return start.includes(0) ? 'is not text, or not UTF-8; save it as UTF-8 text' : null
}

async function startOf(file: string): Promise<Buffer> {
  const handle = await open(file)
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(TEXT_START_BYTES))
    return buffer.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}
