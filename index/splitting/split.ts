import type { Block, TextBlock } from '../documents/extractors/extractor.ts'
import type { Language } from '../language/language.ts'
import type { Span } from '../span.ts'
import { sentenceRunsOn } from './blocks.ts'
import { type SentenceOptions, splitSentences } from './sentences.ts'

/** Must be raised whenever texts are split differently. Existing indexes are then stale. */
export const SPLITTING_VERSION = 4

/**
 * The longest passage, in UTF-16 code units. Far above a paragraph that people wrote (XQuAD's longest
 * has 1,700); it keeps one endless line from being a single passage, which ranks and shows nothing.
 */
const MAX_PASSAGE_LENGTH = 4000

/** What is ranked and shown around a quote: a paragraph, or a part of an overlong one. */
export interface Passage extends Span {
  /** 1-based; the parts of an overlong paragraph share its number. */
  readonly paragraph: number
  /** The nearest heading above, or null. */
  readonly heading: string | null
  /** In order, inside the passage, never overlapping; at least one. */
  readonly sentences: readonly Span[]
}

interface Section {
  readonly block: TextBlock
  readonly heading: string | null
}

/** How the parts of blocks are divided that are not prose. */
const KINDS: Readonly<Partial<Record<TextBlock['role'], SentenceOptions['kind']>>> = {
  code: 'lines',
  table: 'whole',
}

/** The blocks of a text as passages of sentences, in order. */
export function splitBlocks(text: string, blocks: readonly Block[], language: Language): Passage[] {
  let paragraph = 0
  return sectionsOf(text, blocks, language).flatMap(({ block, heading }) => {
    const kind = KINDS[block.role] ?? 'prose'
    const sentences = block.parts.flatMap((part) => splitSentences(text, part, { language, kind }))
    if (sentences.length === 0) return []
    paragraph += 1
    return toPassages(block, heading, sentences, paragraph)
  })
}

/**
 * The text blocks, each under its heading. Where a sentence runs on from one block into the next, both are one span, with
 * what stands between them, so that its quotes stay slices of the text.
 */
function sectionsOf(text: string, blocks: readonly Block[], language: Language): Section[] {
  const sections: Section[] = []
  let heading: string | null = null
  let previous: TextBlock | null = null
  for (const block of blocks) {
    if (block.role === 'heading') {
      heading = block.text === '' ? null : block.text
      previous = null
    } else if (previous && sentenceRunsOn(text, previous, block, language)) {
      const whole: Span = { start: previous.start, end: block.end }
      const joined: TextBlock = { ...previous, ...whole, parts: [whole] }
      previous = joined
      sections[sections.length - 1] = { block: joined, heading }
    } else {
      previous = block
      sections.push({ block, heading })
    }
  }
  return sections
}

function toPassages(
  block: TextBlock,
  heading: string | null,
  sentences: readonly Span[],
  paragraph: number,
): Passage[] {
  if (block.end - block.start <= MAX_PASSAGE_LENGTH) {
    return [{ start: block.start, end: block.end, paragraph, heading, sentences }]
  }
  const groups: Span[][] = []
  for (const sentence of sentences) {
    const group = groups.at(-1)
    const first = group?.[0]
    if (group && first && sentence.end - first.start <= MAX_PASSAGE_LENGTH) group.push(sentence)
    else groups.push([sentence])
  }
  return groups.map((group) => ({
    start: group[0]?.start ?? block.start,
    end: group.at(-1)?.end ?? block.end,
    paragraph,
    heading,
    sentences: group,
  }))
}
