import { readFrontMatter } from '../front-matter.ts'
import type { ExtractedDetails } from './extractor.ts'

/**
 * The largest text file. "War and Peace" has 3.3 MB, the Bible 4.5. A file of 5 MB has some 40,000 sentences. Embedding them
 * takes 8 minutes and 60 MB of memory, and browsers hardly open a larger page.
 */
export const MAX_TEXT_BYTES = 5_000_000

/**
 * A text file as the details in its front matter and the text after it. A byte order mark says how a file is encoded and
 * is no part of its text. Throws an `Error` whose message completes "FILE …".
 */
export function readTextFile(bytes: Buffer): { details: ExtractedDetails; text: string } {
  const file = decodeUtf8(bytes)
  try {
    const { frontMatter, text } = readFrontMatter(file)
    return { details: frontMatter, text }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new Error(`has front matter that cannot be read: ${reason}`, { cause: error })
  }
}

/** The text of a file in UTF-8. Throws an `Error` whose message completes "FILE …" where it is not. */
export function decodeUtf8(bytes: Buffer): string {
  // UTF-16, an archive or a picture is hardly ever valid UTF-8; where it is, it has NUL characters.
  if (bytes.includes(0)) {
    throw new Error('is not text, or not UTF-8: it has NUL characters; save it as UTF-8 text')
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    throw new Error('is not UTF-8; save it as UTF-8 text', { cause: error })
  }
}
