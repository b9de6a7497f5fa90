import type { Block } from './blocks.ts'
import { trimSpan } from './span.ts'

// Never a run of lines at once: a million blank ones would be too deep for the regular expression.
const LINES = /[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$/g

/** The paragraphs of a plain text: what stands between blank lines, without white space around it. */
export function plainBlocks(text: string): Block[] {
  const blocks: Block[] = []
  let start: number | null = null
  const endAt = (end: number) => {
    if (start === null) return
    const span = trimSpan(text, { start, end })
    blocks.push({ ...span, kind: 'prose', parts: [span], heading: null, mayRunOn: true })
    start = null
  }
  for (const { 0: line, index } of text.matchAll(LINES)) {
    if (line.trim() === '') endAt(index)
    else start ??= index
  }
  endAt(text.length)
  return blocks
}
