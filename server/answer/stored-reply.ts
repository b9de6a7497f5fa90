import type { StoredExcerpt, StoredQuote, StoredReply } from '../state/stored.ts'
import { countCodePoints, type Span } from '../../index/span.ts'
import type { Answer, CitedExcerpt, CitedQuote } from './answer.ts'
import type { Citation, QuoteJson } from './answer-schema.ts'
import { originalUrl } from './original-url.ts'
import type { LinkTo } from './quote-url.ts'
import { quoteText } from './quotes.ts'
import { selectorsOf } from './selectors.ts'

/** The fields of a stored reply that depend on the answer alone. */
type StoredAnswer = Omit<StoredReply, 'question' | 'interpretedAs'>

/** Those of each answer that was stored, since a cached answer is stored with every question that it answers. */
const storedAnswers = new WeakMap<Answer, StoredAnswer>()

/** A reply in the shape that is stored. The quotes of all replies with the same answer are the same objects. */
export function toStoredReply(
  answer: Answer,
  { question, interpretedAs }: { question: string; interpretedAs: string },
): StoredReply {
  const stored = storedAnswers.get(answer) ?? toStoredAnswer(answer)
  storedAnswers.set(answer, stored)
  return { question, interpretedAs, ...stored }
}

function toStoredAnswer({
  answered,
  text,
  confidence,
  quotes,
  alsoOnThis,
  closest,
}: Answer): StoredAnswer {
  return {
    answered,
    answer: text,
    confidence,
    quotes: quotes.map(toStoredQuote),
    alsoOnThis: alsoOnThis.map(toStoredQuote),
    closest: closest.map(toStoredQuote),
  }
}

/** A quote in the shape that is stored. */
export function toStoredQuote(quote: CitedQuote): StoredQuote {
  const { highlight, confidence, copies, vouched } = quote
  const excerpt = toStoredExcerpt(quote)
  return { ...excerpt, highlight, confidence, copies: copies.map(toStoredExcerpt), vouched }
}

function toStoredExcerpt(excerpt: CitedExcerpt): StoredExcerpt {
  const { passage, start, end, place } = excerpt
  const {
    id: documentId,
    format,
    title,
    author,
    date,
    publisher,
    source,
    version,
  } = passage.document
  const { paragraph, heading } = passage
  const before = passage.text.slice(0, start - passage.start)
  const text = quoteText(excerpt)
  const pdfPage = format === 'pdf' && place ? place.page.first : null
  return {
    documentId,
    title,
    author,
    date,
    publisher,
    source,
    start,
    end,
    paragraph,
    heading,
    version,
    codePoint: passage.codePoint + countCodePoints(before),
    place,
    original: source === null ? null : originalUrl(source, { text, pdfPage }),
    text,
    passage: { text: passage.text, start: passage.start, end: passage.end },
  }
}

/** A stored reply as the API gives it. `linkTo` makes the addresses in its citations. */
export function storedReplyToJson(reply: StoredReply, linkTo: LinkTo) {
  const { question, interpretedAs, answered, answer, confidence, quotes, alsoOnThis, closest } =
    reply
  return {
    question,
    interpretedAs,
    answered,
    answer,
    confidence,
    quotes: quotes.map((quote, i) => storedQuoteToJson(quote, i, linkTo)),
    alsoOnThis: alsoOnThis.map((quote, i) => storedQuoteToJson(quote, quotes.length + i, linkTo)),
    closest: closest.map((quote, i) => storedQuoteToJson(quote, i, linkTo)),
  }
}

/** A stored quote as the API gives it; `i` is its position in the answer, from 0. */
export function storedQuoteToJson(quote: StoredQuote, i: number, linkTo: LinkTo): QuoteJson {
  const { text, highlight, confidence, passage, copies, vouched } = quote
  return {
    number: i + 1,
    text,
    highlight,
    confidence,
    citation: citationOf(quote, highlight, linkTo),
    alsoIn: copies.map((copy) => citationOf(copy, null, linkTo)),
    vouched: vouched && {
      by: vouched.by,
      at: new Date(vouched.atMs).toISOString(),
      question: vouched.question,
    },
    passage,
  }
}

function citationOf(excerpt: StoredExcerpt, highlight: Span | null, linkTo: LinkTo): Citation {
  const { documentId, title, author, date, publisher, source, version, place } = excerpt
  const { start, end, paragraph, heading } = excerpt
  return {
    documentId,
    title,
    author,
    date,
    publisher,
    source,
    start,
    end,
    paragraph,
    heading,
    page: place?.page ?? null,
    rects: place?.rects ?? [],
    version,
    original: excerpt.original,
    selector: selectorsOf(excerpt),
    url: linkTo({ documentId, start, end, highlight }),
  }
}
