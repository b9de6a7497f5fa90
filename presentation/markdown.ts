import { foldSpace } from './fold-space.ts'
import { withoutControls } from './terminal-text.ts'

/** The characters that begin or end something within a line of CommonMark, or of GitHub's Markdown. */
const INLINE_MARKS = /[\\`*_[\]<>&~|]/g

/** Makes text from a document or a person one line that Markdown shows as it is, for a place within a line. */
export function escapeMarkdown(text: string): string {
  return withoutControls(foldSpace(text)).replace(INLINE_MARKS, String.raw`\$&`)
}
