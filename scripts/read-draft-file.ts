import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import type { Extraction } from '../index/documents/extractors/extractor.ts'
import {
  EXTENSIONS,
  extractorFor,
  extractorOf,
  extractorOfBytes,
} from '../index/documents/extractors/formats.ts'
import { FootnoteError } from '../index/errors.ts'
import { escapeUnprintable } from '../presentation/terminal-text.ts'

/**
 * Reads a draft from a file in any format that Footnote reads, or for `-` as plain text from standard input. Rejects with
 * `draft-invalid` if it cannot be read.
 */
export async function readDraftFile(file: string): Promise<Pick<Extraction, 'text' | 'blocks'>> {
  const name = file === '-' ? 'Standard input' : escapeUnprintable(file)
  try {
    const draft = await (file === '-' ? readInput() : readFile(file))
    if (draft.text.trim() === '') throw new Error('has no text')
    return draft
  } catch (error) {
    if (!(error instanceof Error)) throw error
    throw new FootnoteError('draft-invalid', `${name} ${reasonOf(error)}.`, error)
  }
}

async function readInput(): Promise<Extraction> {
  return extractorOf('plain').extract(await buffer(process.stdin))
}

async function readFile(file: string): Promise<Extraction> {
  // A pipe, such as that of `<(…)`, is refused below: its name does not say its format. Opening it must not wait for a writer.
  const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const stats = await handle.stat()
    if (stats.isDirectory()) throw new Error('is a folder; name a file in it')
    if (!stats.isFile()) throw new Error('is not a file; use - to read standard input')
    const named = extractorFor(file)
    if (!named) throw new Error(`is in no format that is read: ${EXTENSIONS.join(', ')}`)
    if (stats.size > named.maxBytes) {
      throw new Error(`is larger than ${named.maxBytes / 1e6} MB; split it into several files`)
    }
    const bytes = await handle.readFile()
    return await extractorOfBytes(named.format, bytes).extract(bytes)
  } finally {
    await handle.close()
  }
}

function reasonOf(error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case 'ENOENT':
      return 'does not exist; check its name, and the folder that you are in'
    case 'EACCES':
    case 'EPERM':
      return 'may not be read by you; change its permissions'
    default:
      return error.code === undefined ? error.message : `cannot be read (${error.code})`
  }
}
