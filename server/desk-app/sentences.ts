import { english } from '../../index/language/en.ts'
import type { Span } from '../../index/span.ts'
import { splitSentences } from '../../index/splitting/sentences.ts'

/** How many paragraphs people look through. With more, they search for other words. */
const MAX_PARAGRAPHS = 20

/** A text, and where its paragraphs are. Headings are in none. */
export interface ParagraphedText {
  readonly text: string
  readonly paragraphs: readonly Span[]
}

/** The paragraphs of a text that have all words, each with its sentences. */
export interface FoundParagraphs {
  readonly paragraphs: readonly (readonly Span[])[]
  /** Whether there are more than these. */
  readonly isCut: boolean
}

/** Finds the first paragraphs of a text that have all words of `search`, in any case: all paragraphs where it has no words. */
export function findParagraphs(
  { text, paragraphs: all }: ParagraphedText,
  search: string,
): FoundParagraphs {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
  const paragraphs: Span[][] = []
  for (const paragraph of all) {
    const folded = text.slice(paragraph.start, paragraph.end).toLowerCase()
    if (!words.every((word) => folded.includes(word))) continue
    const sentences = splitSentences(text, paragraph, { language: english, kind: 'prose' })
    if (sentences.length === 0) continue
    if (paragraphs.length === MAX_PARAGRAPHS) return { paragraphs, isCut: true }
    paragraphs.push(sentences)
  }
  return { paragraphs, isCut: false }
}
