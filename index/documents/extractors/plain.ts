import { trimSpan } from '../../span.ts'
import type { Extractor, TextBlock } from './extractor.ts'
import { MAX_TEXT_BYTES, readTextFile } from './text-file.ts'

// One line at a time: a run of a million blank lines would be too deep for a regular expression.
const LINES = /[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$/g

/** Plain text in UTF-8. */
export const plainExtractor: Extractor = {
  format: 'plain',
  version: 1,
  extensions: ['.txt'],
  maxBytes: MAX_TEXT_BYTES,
  extract: async (bytes) => {
    const { details, text } = readTextFile(bytes)
    return { text, blocks: plainBlocks(text), pages: [], details }
  },
}

/** The paragraphs of a plain text: what stands between blank lines, without white space around it. */
export function plainBlocks(text: string): TextBlock[] {
  const blocks: TextBlock[] = []
  let start: number | null = null
  const endAt = (end: number) => {
    if (start === null) return
    const span = trimSpan(text, { start, end })
    blocks.push({ ...span, role: 'paragraph', mayRunOn: true, parts: [span] })
    start = null
  }
  for (const { 0: line, index } of text.matchAll(LINES)) {
    if (line.trim() === '') endAt(index)
    else start ??= index
  }
  endAt(text.length)
  return blocks
}
