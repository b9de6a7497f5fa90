import type { Span } from './span.ts'

/**
 * A run of text between structural breaks: what becomes one numbered paragraph.
 *
 * `parts` are the spans in which sentences are looked for, in order and inside the block. Prose has
 * one, the whole of it; a Markdown list has one for each item, so that no sentence spans two items
 * or starts with a marker.
 */
export interface Block extends Span {
  /** `lines`: every line stands for itself (code); `prose`: lines may be wrapped anywhere. */
  readonly kind: 'prose' | 'lines'
  readonly parts: readonly Span[]
  /** The nearest heading above, as plain text; null where there is none. */
  readonly heading: string | null
  /** Whether a sentence may run on into the next block: false for lists, code and the like. */
  readonly mayRunOn: boolean
}

const ENDS_A_SENTENCE = /[.!?:;…。！？]["'”’»)\]*_]*$/u
// Words that hardly ever end a line that was meant to end, and never a sentence.
const ENDS_IN_MID_SENTENCE = /(?:,|\b(?:the|a|an|of|and|or))$/u
const STARTS_IN_LOWER_CASE = /^\p{Ll}/u

/**
 * Joins blocks that a blank line tore apart in the middle of a sentence, as page breaks and bad
 * conversions do: "In early July, a", blank line, "commentator … was murdered in Baghdad." The
 * joined block is one span, the break inside it included, so that its quotes stay slices.
 */
export function joinBrokenBlocks(text: string, blocks: readonly Block[]): Block[] {
  const joined: Block[] = []
  for (const block of blocks) {
    const previous = joined.at(-1)
    if (previous && runsOn(text, previous, block)) {
      const whole = { start: previous.start, end: block.end }
      joined[joined.length - 1] = { ...previous, ...whole, parts: [whole] }
    } else {
      joined.push(block)
    }
  }
  return joined
}

// Long enough for any ending or beginning, short enough to keep a 1 MB block cheap.
const LOOK = 40

function runsOn(text: string, before: Block, after: Block): boolean {
  if (!before.mayRunOn || !after.mayRunOn || before.heading !== after.heading) return false
  const ending = text.slice(Math.max(before.start, before.end - LOOK), before.end)
  const beginning = text.slice(after.start, Math.min(after.end, after.start + LOOK))
  if (ENDS_A_SENTENCE.test(ending)) return false
  return STARTS_IN_LOWER_CASE.test(beginning) || ENDS_IN_MID_SENTENCE.test(ending)
}
