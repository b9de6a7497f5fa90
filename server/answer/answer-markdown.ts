import { chosenBy, citationParts, ENGLISH_PLACES, placePart } from '../../presentation/citation.ts'
import { foldSpace } from '../../presentation/fold-space.ts'
import type { AnswerJson, QuoteJson } from './answer-schema.ts'

/** The parts of an answer that the Markdown shows. */
export type MarkdownAnswer = Pick<
  AnswerJson,
  'answered' | 'answer' | 'quotes' | 'alsoOnThis' | 'closest' | 'interpretedAs'
>

/** What the Markdown of an answer needs besides the answer. */
export interface MarkdownOptions {
  /** As the person typed it, trimmed. The Markdown begins with the reading of the question if that differs. */
  readonly question: string
  /** The address at which people reach this server, without a `/` at its end. */
  readonly baseUrl: string
}

/** Where the Markdown of an answer quotes a document. */
export interface MarkdownCitation {
  /** The quoted words in the Markdown, without quotation marks, in UTF-16 code units; `end` is exclusive. */
  readonly start: number
  readonly end: number
  /** The title of the document. */
  readonly title: string
  /** Absolute: opens the document at the quote. */
  readonly url: string
  /** The exact words of the document. The Markdown has them escaped, and with one space for each run of white space. */
  readonly quote: string
}

/** A text in Markdown, and what it quotes. */
export interface CitedMarkdown {
  readonly text: string
  readonly citations: readonly MarkdownCitation[]
}

/** What comes before the reading of a question that was not read as it was typed. */
export const READ_AS = 'Read as: '
/** The paragraph before quotes that probably do not answer. */
export const ALSO_ON_THIS = 'Also on this:'
/** The paragraph before the quotes that a refusal shows. */
export const CLOSEST = 'The closest passages:'

/**
 * An answer in Markdown: each quote is a paragraph with its words in quotation marks, its number as a link to its place,
 * and the name of that place. A refusal has no citations, although it shows the closest passages in the same form.
 */
export function answerMarkdown(answer: MarkdownAnswer, options: MarkdownOptions): CitedMarkdown {
  const reading = readingMarkdown(answer.interpretedAs, options.question)
  const paragraphs = answerParagraphs(answer, options.baseUrl)
  return joinParagraphs(reading === null ? paragraphs : [plain(reading), ...paragraphs])
}

/** The paragraph that says how a question was read; null if it was read as typed. */
export function readingMarkdown(interpretedAs: string, question: string): string | null {
  return interpretedAs === question ? null : READ_AS + escapeMarkdown(interpretedAs)
}

/** The paragraphs of an answer without its reading, each with offsets of its own. */
export function answerParagraphs(
  { answered, answer, quotes, alsoOnThis, closest }: Omit<MarkdownAnswer, 'interpretedAs'>,
  baseUrl: string,
): CitedMarkdown[] {
  const show = (quote: QuoteJson) => quoteParagraph(quote, baseUrl)
  if (answered) {
    const others = alsoOnThis.length === 0 ? [] : [plain(ALSO_ON_THIS), ...alsoOnThis.map(show)]
    const remark = remarkBefore(quotes, answer)
    return [...(remark === '' ? [] : [plain(remark)]), ...quotes.map(show), ...others]
  }
  const nearest = closest.map((quote) => plain(show(quote).text))
  const shown = nearest.length === 0 ? [] : [plain(CLOSEST), ...nearest]
  return [plain(escapeMarkdown(answer)), ...shown]
}

/** What an answer says before its quotes, such as the author from the details of a document; mostly empty. */
function remarkBefore(quotes: readonly QuoteJson[], answer: string): string {
  const start = answer.indexOf(`“${foldSpace(quotes[0]?.text ?? '')}” [1]`)
  return escapeMarkdown(answer.slice(0, Math.max(0, start)))
}

/** Puts an empty line between paragraphs. */
export function joinParagraphs(paragraphs: readonly CitedMarkdown[]): CitedMarkdown {
  let text = ''
  const citations: MarkdownCitation[] = []
  for (const paragraph of paragraphs) {
    if (text !== '') text += '\n\n'
    citations.push(...shiftCitations(paragraph.citations, text.length))
    text += paragraph.text
  }
  return { text, citations }
}

/** The citations of a paragraph before which `by` UTF-16 code units stand. */
export function shiftCitations(
  citations: readonly MarkdownCitation[],
  by: number,
): MarkdownCitation[] {
  return Array.from(citations, (citation) => {
    return { ...citation, start: citation.start + by, end: citation.end + by }
  })
}

function plain(text: string): CitedMarkdown {
  return { text, citations: [] }
}

function quoteParagraph(
  { number, text: quote, citation, alsoIn, vouched }: QuoteJson,
  baseUrl: string,
): CitedMarkdown {
  const url = `${baseUrl}${citation.url}#quote`
  const words = escapeMarkdown(quote)
  const where = [...citationParts(citation), placePart(citation, ENGLISH_PLACES)].join(', ')
  const copies = alsoIn.map((copy) => `also in ${copy.title}, ${placePart(copy, ENGLISH_PLACES)}`)
  const chosen = vouched ? [chosenBy(vouched.by)] : []
  const place = escapeMarkdown([where, ...copies, ...chosen].join('; '))
  const start = 1
  return {
    text: `“${words}” [${number}](${url}) – ${place}`,
    citations: [{ start, end: start + words.length, title: citation.title, url, quote }],
  }
}

/** Characters that may begin code, emphasis, a link, an image, HTML, a table cell or a formula inside a line. */
const MARKS = /[\\`*_~[<$|]/g
/** The beginning of a character reference, such as `&copy;`. */
const CHARACTER_REFERENCE = /&(?=#?\w+;)/g
/** What many programs turn into a link without markup: `https://…`, `www.…` and e-mail addresses. */
const BARE_LINK = /:(?=\/\/)|(?<=\bwww)\.|@/gi

/**
 * Makes a text of a document or a person into one line that Markdown shows as it is. The result must not begin a line, because
 * other characters have a meaning there. A `]` alone has none, and is not escaped: many programs take `\[…\]` for a formula.
 */
function escapeMarkdown(text: string): string {
  return foldSpace(text)
    .replace(MARKS, String.raw`\$&`)
    .replace(CHARACTER_REFERENCE, String.raw`\&`)
    .replace(BARE_LINK, String.raw`\$&`)
}
