import type { Block } from './blocks.ts'
import { trimSpan } from './span.ts'

// A line break and at least one more, with nothing but blanks between them.
const BLANK_LINES = /(?:\r\n|\r|\n)(?:[^\S\r\n]*(?:\r\n|\r|\n))+/g

/** The paragraphs of a plain text: what stands between blank lines, without white space around it. */
export function plainBlocks(text: string): Block[] {
  const blocks: Block[] = []
  const add = (start: number, end: number) => {
    const span = trimSpan(text, { start, end })
    if (span.start < span.end) {
      blocks.push({ ...span, kind: 'prose', parts: [span], heading: null, mayRunOn: true })
    }
  }
  let start = 0
  for (const gap of text.matchAll(BLANK_LINES)) {
    add(start, gap.index)
    start = gap.index + gap[0].length
  }
  add(start, text.length)
  return blocks
}
