import { html } from 'hono/html'
import type { Span } from '../../index/span.ts'
import type { Heading } from '../../index/documents/extractors/extractor.ts'
import type { Outline, StoredDocument } from '../../index/storage/storage.ts'
import { type Html, page } from './page.ts'

/** What is marked in a document. */
interface Marks {
  /** The place to mark; null: none. */
  readonly quote: Span | null
  /** The words in it that answer; null: not known. */
  readonly words: Span | null
}

export interface DocumentPage extends Marks {
  readonly document: StoredDocument
  readonly outline: Outline
  /** A message above the document; null: none. */
  readonly notice: string | null
}

/** Makes the page of a document: its headings, its paragraphs numbered in the margin, and the quote marked. */
export function documentPage({ document, outline, notice, ...marks }: DocumentPage): Html {
  const { quote } = marks
  const isMarked = outline.paragraphs.some(
    ({ start, end }) => quote && start < quote.end && quote.start < end,
  )
  const nothingMarked =
    quote && !isMarked ? 'The place that the link marks contains no text that can be quoted.' : null
  const message = notice ?? nothingMarked
  return page(
    document.title,
    html`<article>
      <header>
        <h1 dir="auto">${document.title}</h1>
        ${byline(document)}
      </header>
      ${message !== null && html`<p class="notice">${message}</p>`}
      ${bodyOf(document, outline, marks)}
      <footer>
        <a href="/">All documents</a>
        <a href="/documents/${document.id}/text">The text that is quoted from</a>
      </footer>
    </article>`,
    ['/assets/document.js'],
  )
}

function byline({ author, date, publisher, source }: StoredDocument): Html {
  const facts = [author, date, publisher].flatMap((fact) => (fact === null ? [] : [fact]))
  return html`<p class="byline">
    ${facts.map((fact) => html`<bdi>${fact}</bdi>`)}
    ${source !== null && html`<a href="${source}" rel="noopener noreferrer">${source}</a>`}
  </p>`
}

/** The paragraphs, each under the headings that stand before it. */
function bodyOf(
  { text, title }: StoredDocument,
  { paragraphs, headings }: Outline,
  { quote, words }: Marks,
): Html[] {
  let level = 1
  let isMarked = false
  return paragraphs.flatMap((paragraph, i) => {
    const after = paragraphs[i - 1]?.start ?? -1
    const above = headings.filter(({ start }) => after < start && start < paragraph.start)
    const shown = above.filter((heading: Heading) => heading.text !== title || i > 0)
    const marked = markedText(text, paragraph, { quote, words, isFirst: !isMarked })
    isMarked ||= marked.isMarked
    return [
      ...shown.map((heading) => {
        // A level that is left out ("#", then "###") would hide what follows from screen readers.
        level = Math.min(Math.max(heading.level, 2), level + 1)
        return headingOf(level, heading.text)
      }),
      html`<div class="paragraph" id="p${paragraph.paragraph}">
        <a
          class="number"
          href="#p${paragraph.paragraph}"
          aria-label="Paragraph ${paragraph.paragraph}"
          >${paragraph.paragraph}</a
        >
        <p dir="auto">${marked.content}</p>
      </div>`,
    ]
  })
}

function headingOf(level: number, text: string): Html {
  const inside = html`<span dir="auto">${text}</span>`
  switch (level) {
    case 2:
      return html`<h2>${inside}</h2>`
    case 3:
      return html`<h3>${inside}</h3>`
    case 4:
      return html`<h4>${inside}</h4>`
    case 5:
      return html`<h5>${inside}</h5>`
    default:
      return html`<h6>${inside}</h6>`
  }
}

/** A paragraph's text with its part of the quote marked. The page opens at the first mark. */
function markedText(
  text: string,
  { start, end }: Span,
  { quote, words, isFirst }: Marks & { isFirst: boolean },
): { content: Html | string; isMarked: boolean } {
  const from = Math.max(start, quote?.start ?? end)
  const to = Math.min(end, quote?.end ?? start)
  if (from >= to) return { content: text.slice(start, end), isMarked: false }
  const inside = withStrongWords(text, { start: from, end: to }, words)
  // Where the address has no fragment and scripts are off, the focus brings the mark into view.
  const mark = isFirst
    ? html`<mark id="quote" tabindex="-1" autofocus>${inside}</mark>`
    : html`<mark>${inside}</mark>`
  const content = html`${text.slice(start, from)}${mark}${text.slice(to, end)}`
  return { content, isMarked: true }
}

/** The text of a span, with its part of the words that answer set off. */
function withStrongWords(text: string, { start, end }: Span, words: Span | null): Html | string {
  const from = Math.max(start, words?.start ?? end)
  const to = Math.min(end, words?.end ?? start)
  if (from >= to) return text.slice(start, end)
  const strong = html`<strong>${text.slice(from, to)}</strong>`
  return html`${text.slice(start, from)}${strong}${text.slice(to, end)}`
}
