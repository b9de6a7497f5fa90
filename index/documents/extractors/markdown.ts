import type { Extractor } from './extractor.ts'
import { MAX_TEXT_BYTES, readTextFile } from './text-file.ts'

/** Markdown in UTF-8, by the CommonMark grammar. The text is the source, markup included. */
export const markdownExtractor: Extractor = {
  format: 'markdown',
  version: 1,
  extensions: ['.md'],
  maxBytes: MAX_TEXT_BYTES,
  extract: async (bytes) => {
    const { details, text } = readTextFile(bytes)
    // Imported only when it is needed, because the grammar would delay the start.
    const { markdownBlocks } = await import('./markdown-blocks.ts')
    return { text, blocks: markdownBlocks(text), pages: [], details }
  },
}
