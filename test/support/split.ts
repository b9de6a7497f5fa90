import type { Format } from '../../index/documents/extractors/extractor.ts'
import { markdownBlocks } from '../../index/documents/extractors/markdown-blocks.ts'
import { plainBlocks } from '../../index/documents/extractors/plain.ts'
import { english } from '../../index/language/en.ts'
import { type Passage, splitBlocks } from '../../index/splitting/split.ts'

/** An English text as passages of sentences. */
export function splitText(text: string, format: Format = 'plain'): Passage[] {
  const blocks = format === 'plain' ? plainBlocks(text) : markdownBlocks(text)
  return splitBlocks(text, blocks, english)
}
