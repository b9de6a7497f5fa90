import { ALSO_ON_THIS, CLOSEST, READ_AS } from './answer-markdown.ts'
import type { Span } from '../../index/span.ts'

/** A quote as the Markdown of an answer has it. The document may have other words there. */
export interface ReadQuote extends Span {
  readonly documentId: string
  /** Not escaped, and with one space for each run of white space. */
  readonly words: string
}

/** What the Markdown of an answer says. */
export interface ReadAnswer {
  /** How the question was read; null if it was read as typed. */
  readonly interpretedAs: string | null
  readonly quotes: readonly ReadQuote[]
  readonly alsoOnThis: readonly ReadQuote[]
  readonly closest: readonly ReadQuote[]
}

/** The beginning of a paragraph with a quote: its words, its number and its link. */
const QUOTE = /^“(?<words>.*?)” \[\d+\]\((?<url>[^\s()]+)\)/u
const PLACE = /\/documents\/(?<documentId>[^/?]+)\?start=(?<start>\d+)&end=(?<end>\d+)/u

const ESCAPED = /\\([!-/:-@[-`{-~])/g

/**
 * Reads the Markdown of `answerMarkdown` from the text that a client gives back. If another program wrote or changed the text,
 * fewer quotes or none are found.
 */
export function readAnswerMarkdown(text: string): ReadAnswer {
  const paragraphs = text.trim().split(/\r?\n\s*\n/)
  const [first = ''] = paragraphs
  const quotes: ReadQuote[] = []
  const alsoOnThis: ReadQuote[] = []
  const closest: ReadQuote[] = []
  let section = quotes
  for (const paragraph of paragraphs) {
    if (paragraph === ALSO_ON_THIS) section = alsoOnThis
    else if (paragraph === CLOSEST) section = closest
    else section.push(...readQuote(paragraph))
  }
  const interpretedAs = first.startsWith(READ_AS) ? unescape(first.slice(READ_AS.length)) : null
  return { interpretedAs, quotes, alsoOnThis, closest }
}

function readQuote(paragraph: string): ReadQuote[] {
  const { words, url = '' } = QUOTE.exec(paragraph)?.groups ?? {}
  const { documentId, start, end } = PLACE.exec(url)?.groups ?? {}
  if (words === undefined || documentId === undefined) return []
  return [{ documentId, start: Number(start), end: Number(end), words: unescape(words) }]
}

function unescape(markdown: string): string {
  return markdown.replace(ESCAPED, '$1')
}
