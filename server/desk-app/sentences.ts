import type { Span } from '../../index/span.ts'

/** How many paragraphs people look through. With more, they search for other words. */
const MAX_PARAGRAPHS = 20

/** The paragraphs of a text that have all words, each with its sentences. */
export interface FoundParagraphs {
  readonly paragraphs: readonly (readonly Span[])[]
  /** Whether there are more than these. */
  readonly isCut: boolean
}

/** Finds the first paragraphs of a text that have all words of `search`, in any case: all paragraphs where it has no words. */
export function findParagraphs(text: string, search: string): FoundParagraphs {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
  const found = []
  for (const { 0: paragraph, index } of text.matchAll(/\S[^]*?(?=\n\s*\n|$(?![^]))/g)) {
    const folded = paragraph.toLowerCase()
    if (!words.every((word) => folded.includes(word))) continue
    if (found.length === MAX_PARAGRAPHS) return { paragraphs: found, isCut: true }
    found.push(sentencesOf(paragraph, index))
  }
  return { paragraphs: found, isCut: false }
}

/** The sentences of a paragraph that begins at `offset`, without the white space around them. */
function sentencesOf(paragraph: string, offset: number): readonly Span[] {
  const segments = new Intl.Segmenter('en', { granularity: 'sentence' }).segment(
    unwrapped(paragraph),
  )
  return Array.from(segments, ({ segment, index }) => {
    const start = offset + index + (segment.length - segment.trimStart().length)
    return { start, end: start + segment.trim().length }
  }).filter(({ start, end }) => end > start)
}

/** The same text without line breaks, which would end sentences. */
function unwrapped(paragraph: string): string {
  return paragraph.replace(/[\r\n\u0085\u2028\u2029]/g, ' ')
}
