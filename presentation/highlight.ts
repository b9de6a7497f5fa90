import { foldRuns, foldSpace } from './fold-space.ts'

/** A quote with the words in it that answer, if they are known. Offsets are those of the document's text. */
export interface Highlightable {
  readonly text: string
  /** Where the quote starts. */
  readonly start: number
  readonly highlight: { readonly start: number; readonly end: number } | null
}

/** The text of a quote, cut at the words that answer. Every run of white space is one space. */
export interface HighlightParts {
  readonly before: string
  /** The words that answer; empty where they are not known. */
  readonly words: string
  readonly after: string
}

/** Cuts the text of a quote at the words that answer, to show these apart. */
export function highlightParts({ text, start, highlight }: Highlightable): HighlightParts {
  if (!highlight) return { before: foldSpace(text), words: '', after: '' }
  const from = highlight.start - start
  const to = highlight.end - start
  return {
    before: foldRuns(text.slice(0, from)).trimStart(),
    words: foldRuns(text.slice(from, to)),
    after: foldRuns(text.slice(to)).trimEnd(),
  }
}
