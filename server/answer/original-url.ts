import { foldSpace } from '../../presentation/fold-space.ts'

/** A quote of up to this many words is named in full. */
const MAX_WORDS_IN_FULL = 12

/** Of a longer quote this many words name the start, and as many the end: together they hardly stand twice on a page. */
const WORDS_AT_ENDS = 6

/** What browsers find no text across: a paragraph or a cell of a table ends there. */
const BLOCK_END = /\n\s*\n|\r\s*\r|\t/

/** Half a character, which no address can have. */
const LONE_SURROGATE = /\p{Surrogate}/gu

const DIRECTIVE = ':~:'

/** A quote, as far as the address of its original names it. */
export interface OriginalPlace {
  /** The text of the quote, as it stands in the document. */
  readonly text: string
  /** The page of a PDF that it begins on, 1-based; null in other formats. */
  readonly pdfPage: number | null
}

/**
 * The address that opens the original of a document at a quote: `source` with a text fragment (WICG Scroll to Text Fragment),
 * which browsers scroll to and mark, or with the page of a PDF. A fragment that the source has stays before the text.
 */
export function originalUrl(source: string, { text, pdfPage }: OriginalPlace): string {
  const [address = '', ...rest] = source.split('#')
  if (pdfPage !== null) return `${address}#page=${pdfPage}`
  const [fragment = ''] = rest.join('#').split(DIRECTIVE)
  const directive = textDirective(text)
  const whole = directive === '' ? fragment : `${fragment}${DIRECTIVE}${directive}`
  return whole === '' ? address : `${address}#${whole}`
}

/** `text=` with the whole of a short text, or with its first and its last words; empty where it has no words. */
function textDirective(text: string): string {
  const blocks = text.split(BLOCK_END).map(foldSpace).filter(Boolean)
  const first = blocks[0]?.split(' ') ?? []
  const last = blocks.at(-1)?.split(' ') ?? []
  if (first.length === 0) return ''
  if (blocks.length === 1 && first.length <= MAX_WORDS_IN_FULL) return `text=${encoded(first)}`
  return `text=${encoded(first.slice(0, WORDS_AT_ENDS))},${encoded(last.slice(-WORDS_AT_ENDS))}`
}

/** Words for a directive, in which `-`, `,` and `&` have a meaning. */
function encoded(words: readonly string[]): string {
  const wellFormed = words.join(' ').replace(LONE_SURROGATE, '\uFFFD')
  return encodeURIComponent(wellFormed).replaceAll('-', '%2D')
}
