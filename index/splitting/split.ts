import { joinBrokenBlocks, type Block } from './blocks.ts'
import { type Heading, readMarkdown } from './markdown-blocks.ts'
import { plainBlocks } from './plain-blocks.ts'
import { splitSentences } from './sentences.ts'
import type { Span } from './span.ts'

/** Raised with every change that splits a text otherwise than before: it makes built indexes stale. */
export const SPLITTING_VERSION = 1

/**
 * The longest passage, in UTF-16 code units. Far above a paragraph that people wrote (XQuAD's longest
 * has 1,700); it keeps one endless line from being a single passage, which ranks and shows nothing.
 */
const MAX_PASSAGE = 4000

/** What is ranked and shown around a quote: a paragraph, or a part of an overlong one. */
export interface Passage extends Span {
  /** 1-based; the parts of an overlong paragraph share its number. */
  readonly paragraph: number
  /** The nearest heading above, or null. */
  readonly heading: string | null
  /** In order, inside the passage, never overlapping; at least one. */
  readonly sentences: readonly Span[]
}

export type Format = 'plain' | 'markdown'

/** A document's text as passages of sentences, in order. Offsets are of `text` as given. */
export function splitDocument(text: string, format: Format, language: string): Passage[] {
  return splitBlocks(text, readBlocks(text, format).blocks, language)
}

/** The blocks of a document's text, and its headings. */
export function readBlocks(text: string, format: Format): { blocks: Block[]; headings: Heading[] } {
  return format === 'markdown' ? readMarkdown(text) : { blocks: plainBlocks(text), headings: [] }
}

/** The blocks of a text as passages of sentences, in order. */
export function splitBlocks(text: string, blocks: readonly Block[], language: string): Passage[] {
  let paragraph = 0
  return joinBrokenBlocks(text, blocks).flatMap((block) => {
    const sentences = block.parts.flatMap((part) =>
      splitSentences(text, part, { language, kind: block.kind }),
    )
    if (sentences.length === 0) return []
    paragraph += 1
    return toPassages(block, sentences, paragraph)
  })
}

function toPassages(block: Block, sentences: readonly Span[], paragraph: number): Passage[] {
  const { heading } = block
  if (block.end - block.start <= MAX_PASSAGE) {
    return [{ start: block.start, end: block.end, paragraph, heading, sentences }]
  }
  const groups: Span[][] = []
  for (const sentence of sentences) {
    const group = groups.at(-1)
    const first = group?.[0]
    if (group && first && sentence.end - first.start <= MAX_PASSAGE) group.push(sentence)
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
